/** Reads texts ahead of their consumer, with bounded memory. */

import { checkTextAt } from '../../text/check-texts.js'
import type { Embedding } from '../embed-options.js'

export interface ReadAheadOptions {
  /** Starts to embed a text. An error ends the stream, after the vectors of the texts before it. */
  readonly start: (text: string, index: number) => Promise<StartedText>
  /** Called once, when the stream has ended for any reason. Vectors that are not computed yet are no longer needed. */
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
 * Maximum number of texts read ahead of the consumer. They fill several dozen batches, so that batches can be formed
 * from texts of similar lengths.
 */
const maxTextsAhead = 512

/**
 * Number of tokens read ahead at which reading pauses: 512 texts of 512 tokens, which is the limit of most models.
 * Fewer texts are read ahead if they are longer, such as texts that are cut into windows.
 */
const maxTokensAhead = maxTextsAhead * 512

interface PendingText extends StartedText {
  isSettled: boolean
}

/**
 * Yields started texts in order. While the consumer waits for a text, this reads further texts, until the vector of the
 * first one is ready or a limit is reached. It does not read while the consumer works on a text. If the source fails,
 * the texts read before are yielded first, and then its error is thrown. The source is closed if the consumer stops
 * early.
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
        // Promise.race would add a reaction to the promise of the first text for each text that is read meanwhile.
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
    // An asynchronous source closes only when its pending read has ended, which may never happen. So this does not
    // wait.
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
