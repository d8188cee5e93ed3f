/**
 * The queue that all calls share: concurrent calls share batches, and a short call need not wait for a long one to end.
 */

import { nextTask } from '../async/next-task.js'
import { batchCostTokens, createBatchPlan, type QueuedText } from './plan.js'
import { type Call, type Entry, type Run, type RunContext, runEntries } from './run-entries.js'

export interface QueueOptions<Text extends QueuedText, Result>
  extends Pick<RunContext<Text, Result>, 'runBatch' | 'isOutOfMemory'> {
  /** Maximum number of tokens per batch, padding included. */
  readonly maxBatchTokens: number
  /** Set if all texts are padded to one length: how many of these tokens each takes. @default the tokens of the text */
  readonly tokensPerText?: number | undefined
  /** Number of batches computed at the same time. @default 1 */
  readonly parallelRuns?: number | undefined
}

export interface Queue<Text, Result> {
  /** Opens a call. Its texts are scheduled, cancelled and failed together. */
  open(signal?: AbortSignal): QueuedCall<Text, Result>
  /** Rejects the texts whose batch has not started. Resolves when the running batches have ended. */
  close(reason: Error): Promise<void>
}

export interface QueuedCall<Text, Result> {
  /**
   * Runs texts in any batches, starting with the first texts. Rejects with the reason if the call ends earlier: the
   * error of a batch or of `onResults`, the signal's reason, or the reason of `end` or `close`.
   */
  run<T extends Text>(texts: readonly T[], onResults: OnResults<T, Result>): Promise<void>
  /** Ends the call and drops its waiting texts. Every call has to be ended, also one that succeeded. */
  end(reason?: unknown): void
}

/** Called after each batch with the texts of it that belong to the `run`, and a result for each. */
export type OnResults<Text, Result> = (texts: readonly Text[], results: readonly Result[]) => void

/**
 * Number of batches given to the backend for each that it computes at a time. With two, it has the next one at hand,
 * and does not wait for this thread in between.
 */
const batchesPerRun = 2

/**
 * Number of texts added before yielding to the event loop and starting the first batches. Adding them takes one or two
 * milliseconds.
 */
const textsPerTask = 1024

export function createQueue<Text extends QueuedText, Result>(
  options: QueueOptions<Text, Result>,
): Queue<Text, Result> {
  type QueueEntry = Entry<Text, Result>
  type QueueCall = Call<Text, Result>
  const plan = createBatchPlan<QueueEntry>()
  /** The calls that have waiting texts. */
  const calls = new Set<QueueCall>()
  const running = new Set<Promise<void>>()
  const { maxBatchTokens, tokensPerText, parallelRuns = 1 } = options
  const budget = { tokens: maxBatchTokens }
  const context = { ...options, endCall, budget }
  let waitingTokens = 0
  let batches = 0
  let isStarting = false
  let closed: { readonly reason: Error } | undefined

  async function addTexts(run: Run<Text, Result>, texts: readonly Text[]): Promise<void> {
    const { call } = run
    for (const [index, text] of texts.entries()) {
      if (index > 0 && index % textsPerTask === 0) {
        void startBatches()
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
    void startBatches()
  }

  /** Starts batches in the next task, so that texts added in one task share a batch. */
  async function startBatches(): Promise<void> {
    if (isStarting || calls.size === 0) return
    isStarting = true
    await nextTask()
    isStarting = false
    while (calls.size > 0 && running.size < batchesPerRun * parallelRuns) {
      const batch = plan.take(nextEntry(), nextBudget())
      batches++
      for (const entry of batch) {
        entry.run.call.servedAt = batches
        removeEntry(entry)
      }
      const run: Promise<void> = runEntries(batch, context).finally(() => {
        running.delete(run)
        void startBatches()
      })
      running.add(run)
    }
  }

  /**
   * Maximum number of tokens of the next batch. Parallel runs should end together, so waiting tokens are divided among
   * the idle runs, or else among all runs as long as a share is worth a batch.
   */
  function nextBudget(): number {
    if (parallelRuns === 1) return budget.tokens
    const idle = parallelRuns - running.size
    const share = idle > 1 ? waitingTokens / idle : Math.max(waitingTokens / parallelRuns, batchCostTokens)
    return Math.min(budget.tokens, Math.ceil(share))
  }

  /** The first text of the call that was served longest ago. */
  function nextEntry(): QueueEntry {
    const next = [...calls].reduce((first, call) => (call.servedAt < first.servedAt ? call : first))
    const [entry] = next.waiting
    return entry!
  }

  function removeEntry(entry: QueueEntry): void {
    const { call } = entry.run
    plan.remove(entry)
    waitingTokens -= entry.tokens
    call.waiting.delete(entry)
    if (call.waiting.size === 0) calls.delete(call)
  }

  function endCall(call: QueueCall, reason: unknown): void {
    call.ended ??= { reason }
    for (const entry of call.waiting) removeEntry(entry)
    for (const run of call.runs) run.reject(call.ended.reason)
    call.runs.clear()
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
            const run: Run<Text, Result> = { call, onResults, missing: texts.length, resolve, reject }
            call.runs.add(run)
            void addTexts(run, texts)
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
