/** Where the texts of all calls wait: calls that come at once share batches, and none waits for a longer one to end. */

import { nextTask } from '../async/next-task.js'
import { batchCostTokens, createBatchPlan, type Waiting } from './plan.js'

export interface QueueOptions<Text extends Waiting, Result> {
  /** The most tokens of a batch, padding included. */
  readonly maxBatchTokens: number
  /** What each text takes of them, where all are padded to one length. @default the tokens of the text */
  readonly tokensPerText?: number | undefined
  /** How many batches are computed at the same time. @default 1 */
  readonly parallelRuns?: number | undefined
  /** Runs a batch; one result for each text, in order. */
  readonly runBatch: (texts: readonly Text[]) => Promise<readonly Result[]>
  /** Tells the errors after which half of the batch may still succeed. */
  readonly isOutOfMemory: (error: unknown) => boolean
}

export interface Queue<Text, Result> {
  /** A new call: what is served, cancelled and failed as one. */
  open(signal?: AbortSignal): QueuedCall<Text, Result>
  /** Ends the calls that still wait for a batch to start; resolves when the batches that run have ended. */
  close(reason: Error): Promise<void>
}

export interface QueuedCall<Text, Result> {
  /**
   * Runs texts, in whatever batches; those given first start first. Rejects with what ends the call before they have
   * all run: the error of a batch or of `onResults`, the signal's reason, the reason of `end` or `close`.
   */
  run<T extends Text>(texts: readonly T[], onResults: OnResults<T, Result>): Promise<void>
  /** Lets go of the call: what still waits is dropped. To be called in the end, however the call went. */
  end(reason?: unknown): void
}

/** Called after each batch with those of its texts that belong to the `run`, and a result for each. */
export type OnResults<Text, Result> = (texts: readonly Text[], results: readonly Result[]) => void

/**
 * Batches handed to the backend for each that it computes. With the next one at hand it need not wait for this thread in
 * between.
 */
const batchesPerRun = 2

/** Texts that come in before the event loop may turn, and the first batches start: a millisecond or two. */
const textsPerTask = 1024

/** A text in the queue. */
interface Entry<Text, Result> extends Waiting {
  readonly text: Text
  readonly run: Run<Text, Result>
}

interface Run<Text, Result> {
  readonly call: Call<Text, Result>
  onResults(texts: readonly Text[], results: readonly Result[]): void
  missing: number
  resolve(): void
  reject(reason: unknown): void
}

interface Call<Text, Result> {
  readonly waiting: Set<Entry<Text, Result>>
  readonly runs: Set<Run<Text, Result>>
  /** When it last had a text in a batch, counted in batches. */
  servedAt: number
  ended: { readonly reason: unknown } | undefined
}

export function createQueue<Text extends Waiting, Result>({
  maxBatchTokens,
  tokensPerText,
  parallelRuns = 1,
  runBatch,
  isOutOfMemory,
}: QueueOptions<Text, Result>): Queue<Text, Result> {
  type QueueEntry = Entry<Text, Result>
  type QueueCall = Call<Text, Result>
  const plan = createBatchPlan<QueueEntry>()
  /** The calls that have texts waiting. */
  const calls = new Set<QueueCall>()
  const running = new Set<Promise<void>>()
  let budget = maxBatchTokens
  let waitingTokens = 0
  let batches = 0
  let isStarting = false
  let closed: { readonly reason: Error } | undefined

  /** Puts the texts of a run among those that wait. */
  async function enter(run: Run<Text, Result>, texts: readonly Text[]): Promise<void> {
    const { call } = run
    for (const [index, text] of texts.entries()) {
      if (index > 0 && index % textsPerTask === 0) {
        void start()
        await nextTask()
        if (closed) endCall(call, closed.reason)
        if (call.ended) return
      }
      const entry = { text, tokens: tokensPerText ?? text.tokens, run }
      call.waiting.add(entry)
      calls.add(call)
      plan.add(entry)
      waitingTokens += entry.tokens
    }
    void start()
  }

  /** In a task of its own, so that what is asked for in one task goes into one batch. */
  async function start(): Promise<void> {
    if (isStarting || calls.size === 0) return
    isStarting = true
    await nextTask()
    isStarting = false
    while (calls.size > 0 && running.size < batchesPerRun * parallelRuns) {
      const batch = plan.take(nextEntry(), nextBudget())
      batches++
      for (const entry of batch) {
        entry.run.call.servedAt = batches
        leave(entry)
      }
      const run: Promise<void> = runEntries(batch).finally(() => {
        running.delete(run)
        void start()
      })
      running.add(run)
    }
  }

  /**
   * What computes side by side should end together: what waits is shared by those that have nothing to do, or else by
   * all, as long as a share is worth a batch.
   */
  function nextBudget(): number {
    if (parallelRuns === 1) return budget
    const idle = parallelRuns - running.size
    const share = idle > 1 ? waitingTokens / idle : Math.max(waitingTokens / parallelRuns, batchCostTokens)
    return Math.min(budget, Math.ceil(share))
  }

  /** The first text of the call that was served longest ago. */
  function nextEntry(): QueueEntry {
    const next = [...calls].reduce((first, call) => (call.servedAt < first.servedAt ? call : first))
    const [entry] = next.waiting
    return entry!
  }

  function leave(entry: QueueEntry): void {
    const { call } = entry.run
    plan.remove(entry)
    waitingTokens -= entry.tokens
    call.waiting.delete(entry)
    if (call.waiting.size === 0) calls.delete(call)
  }

  function endCall(call: QueueCall, reason: unknown): void {
    call.ended ??= { reason }
    for (const entry of call.waiting) leave(entry)
    for (const run of call.runs) run.reject(call.ended.reason)
    call.runs.clear()
  }

  async function runEntries(batch: readonly QueueEntry[]): Promise<void> {
    const entries = batch.filter(({ run }) => !run.call.ended)
    if (entries.length === 0) return
    const longest = Math.max(1, entries[0]!.tokens)
    const most = Math.max(1, Math.floor(budget / longest))
    if (entries.length > most) {
      // Put together when more was thought to fit into memory.
      await runEntries(entries.slice(0, most))
      return runEntries(entries.slice(most))
    }
    try {
      const results = await runBatch(entries.map(({ text }) => text))
      deliver(entries, results)
    } catch (error) {
      const sharers = [...new Set(entries.map(({ run }) => run.call))]
      if (isOutOfMemory(error) && entries.length > 1) {
        budget = Math.min(budget, Math.ceil(entries.length / 2) * longest)
        await runEntries(entries)
      } else if (sharers.length > 1) {
        // One call's text may be what fails, and no other call should.
        for (const call of sharers) await runEntries(entries.filter(({ run }) => run.call === call))
      } else endCall(sharers[0]!, error)
    }
  }

  function deliver(entries: readonly QueueEntry[], results: readonly Result[]): void {
    const positions = new Map<Run<Text, Result>, number[]>()
    for (const [position, { run }] of entries.entries()) {
      const own = positions.get(run)
      if (own) own.push(position)
      else positions.set(run, [position])
    }
    for (const [run, own] of positions) {
      if (run.call.ended) continue
      try {
        run.onResults(
          own.map((position) => entries[position]!.text),
          own.map((position) => results[position]!),
        )
      } catch (error) {
        endCall(run.call, error)
      }
      run.missing -= own.length
      if (run.missing > 0) continue
      run.call.runs.delete(run)
      run.resolve()
    }
  }

  return {
    open(signal) {
      const call: QueueCall = { waiting: new Set(), runs: new Set(), servedAt: batches, ended: undefined }
      const abort = () => endCall(call, signal!.reason)
      if (signal?.aborted) abort()
      else signal?.addEventListener('abort', abort)
      return {
        run(texts, onResults) {
          const ended = call.ended ?? closed
          if (ended) return Promise.reject(ended.reason)
          if (texts.length === 0) return Promise.resolve()
          return new Promise((resolve, reject) => {
            const run = { call, onResults, missing: texts.length, resolve, reject }
            call.runs.add(run)
            void enter(run, texts)
          })
        },
        end(reason) {
          signal?.removeEventListener('abort', abort)
          endCall(call, reason)
        },
      }
    },
    async close(reason) {
      closed = { reason }
      for (const call of calls) endCall(call, reason)
      while (running.size > 0) await Promise.all(running)
    },
  }
}
