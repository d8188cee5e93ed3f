/** Runs the texts of one batch, halves the batch when memory runs out, and isolates the call whose text fails. */

import type { QueuedText } from './plan.js'

/** A text in the queue. */
export interface Entry<Text, Result> extends QueuedText {
  readonly text: Text
  readonly run: Run<Text, Result>
}

/** Texts that a call gave to the queue together. */
export interface Run<Text, Result> {
  readonly call: Call<Text, Result>
  onResults(texts: readonly Text[], results: readonly Result[]): void
  /** Number of texts without a result. */
  missing: number
  resolve(): void
  reject(reason: unknown): void
}

export interface Call<Text, Result> {
  readonly waiting: Set<Entry<Text, Result>>
  readonly runs: Set<Run<Text, Result>>
  /** Number of the last batch with a text of this call. */
  servedAt: number
  ended: { readonly reason: unknown } | undefined
}

export interface RunContext<Text, Result> {
  /** Runs a batch; one result for each text, in order. */
  readonly runBatch: (texts: readonly Text[]) => Promise<readonly Result[]>
  /** Whether half of the batch may succeed after this error. */
  readonly isOutOfMemory: (error: unknown) => boolean
  readonly endCall: (call: Call<Text, Result>, reason: unknown) => void
  /** Maximum number of tokens per batch, padding included. It shrinks when memory runs out. */
  readonly budget: { tokens: number }
}

/** @param batch The longest text first. */
export async function runEntries<Text, Result>(
  batch: readonly Entry<Text, Result>[],
  context: RunContext<Text, Result>,
): Promise<void> {
  const { runBatch, isOutOfMemory, endCall, budget } = context
  const entries = batch.filter(({ run }) => !run.call.ended)
  if (entries.length === 0) return
  const longest = Math.max(1, entries[0]!.tokens)
  const maxEntries = Math.max(1, Math.floor(budget.tokens / longest))
  if (entries.length > maxEntries) {
    // The budget has shrunk since the batch was put together.
    await runEntries(entries.slice(0, maxEntries), context)
    return runEntries(entries.slice(maxEntries), context)
  }
  try {
    deliver(entries, await runBatch(entries.map(({ text }) => text)), endCall)
  } catch (error) {
    const calls = [...new Set(entries.map(({ run }) => run.call))]
    if (isOutOfMemory(error) && entries.length > 1) {
      budget.tokens = Math.min(budget.tokens, Math.ceil(entries.length / 2) * longest)
      await runEntries(entries, context)
    } else if (calls.length > 1) {
      // The error may come from one call's text. The other calls must not fail with it.
      for (const call of calls)
        await runEntries(
          entries.filter(({ run }) => run.call === call),
          context,
        )
    } else endCall(calls[0]!, error)
  }
}

/** Hands each run its results. An error of `onResults` ends its call only. */
function deliver<Text, Result>(
  entries: readonly Entry<Text, Result>[],
  results: readonly Result[],
  endCall: RunContext<Text, Result>['endCall'],
): void {
  const rowsOf = new Map<Run<Text, Result>, number[]>()
  for (const [row, { run }] of entries.entries()) {
    const rows = rowsOf.get(run)
    if (rows) rows.push(row)
    else rowsOf.set(run, [row])
  }
  for (const [run, rows] of rowsOf) {
    if (run.call.ended) continue
    try {
      run.onResults(
        rows.map((row) => entries[row]!.text),
        rows.map((row) => results[row]!),
      )
    } catch (error) {
      endCall(run.call, error)
    }
    run.missing -= rows.length
    if (run.missing > 0) continue
    run.call.runs.delete(run)
    run.resolve()
  }
}
