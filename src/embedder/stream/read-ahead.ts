/** Reads texts ahead of their consumer, with bounded memory. */

import { checkTextAt } from '../../text/check-texts.js'
import type { Embedding } from '../embed-options.js'

export interface ReadAheadOptions {
  /** Starts to embed a text. An error ends the stream, after the vectors of the texts before it. */
  readonly start: (text: string, index: number) => Promise<StartedText>
  /** Always called at the end: vectors that nobody awaits are not needed any more. */
  readonly end: () => void
  readonly signal?: AbortSignal | undefined
}

export interface StartedText {
  readonly tokens: number
  readonly vector: Promise<Embedding>
}

/** A synchronous or asynchronous iterator: both kinds of results can be awaited. */
export interface AnyIterator {
  next(): IteratorResult<string> | Promise<IteratorResult<string>>
  return?(): unknown
}

/**
 * Maximum number of texts read ahead of the consumer. These fill several dozen batches, enough for the queue to find
 * texts of similar lengths.
 */
const maxTextsAhead = 512

/**
 * Maximum number of tokens read ahead, not counting the last text: 512 texts of 512 tokens, the limit of most models. Only
 * texts that are cut into windows are longer.
 */
const maxTokensAhead = maxTextsAhead * 512

interface PendingText extends StartedText {
  isSettled: boolean
}

/**
 * Yields started texts in order. It reads on until the first one has its vector or a limit is reached, and not while
 * the consumer holds one. When the source fails, the texts before come first, and then its error. The source is closed
 * when the consumer stops early.
 *
 * @throws {ArgumentTypeError} `INVALID_TEXT` when a text is not a string.
 */
export async function* readAhead(
  iterator: AnyIterator,
  { start, end, signal }: ReadAheadOptions,
): AsyncGenerator<StartedText, void, undefined> {
  const ahead: PendingText[] = []
  let index = 0
  let tokens = 0
  let isReading = false
  let sourceEnd: { readonly error?: unknown } | undefined
  let wake = () => {}
  const onAbort = () => wake()
  signal?.addEventListener('abort', onAbort)

  async function read(): Promise<void> {
    isReading = true
    try {
      const { done, value } = await iterator.next()
      if (done) sourceEnd = {}
      else addPending(await start(checkTextAt(await value, index), index++))
    } catch (error) {
      sourceEnd = { error }
    }
    isReading = false
    wake()
  }
  function addPending(started: StartedText): void {
    const pending = { ...started, isSettled: false }
    tokens += started.tokens
    ahead.push(pending)
    const onSettled = () => {
      pending.isSettled = true
      wake()
    }
    pending.vector.then(onSettled, onSettled)
  }

  try {
    for (;;) {
      while (!sourceEnd && ahead.length < maxTextsAhead && tokens < maxTokensAhead && !ahead[0]?.isSettled) {
        signal?.throwIfAborted()
        if (!isReading) void read()
        // Not Promise.race: it would add a reaction to the first text's promise for each text read meanwhile.
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      const first = ahead.shift()
      if (first) {
        yield first
        tokens -= first.tokens
      } else if (sourceEnd && 'error' in sourceEnd) throw sourceEnd.error
      else if (sourceEnd) return
    }
  } finally {
    signal?.removeEventListener('abort', onAbort)
    end()
    // A source closes after its current read, which may never end: then nothing waits for it.
    if (isReading) void closeQuietly(iterator)
    else if (!sourceEnd) await iterator.return?.()
  }
}

async function closeQuietly(iterator: AnyIterator): Promise<void> {
  try {
    await iterator.return?.()
  } catch {
    // The consumer has already stopped.
  }
}
