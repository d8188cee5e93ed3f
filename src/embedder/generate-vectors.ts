/** Embeds a stream of texts in order, with bounded memory: it is read only as far ahead as batches need. */

import { ArgumentTypeError, describe } from '../errors.js'
import type { Embedding } from './embed-options.js'
import type { EmbedStreamProgress } from './embedder-types.js'

export interface StreamSteps {
  /** Starts to embed a text. What it throws ends the stream, after the vectors of the texts before. */
  readonly start: (text: string, index: number) => Promise<StartedText>
  /** Called in the end, however it comes about: what was started and not awaited is no longer wanted. */
  readonly end: () => void
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: EmbedStreamProgress) => void) | undefined
}

export interface StartedText {
  readonly tokens: number
  readonly vector: Promise<Embedding>
}

/** An iterator of either kind: awaiting what it gives makes them one. */
export interface AnyIterator {
  next(): IteratorResult<string> | Promise<IteratorResult<string>>
  return?(): unknown
}

/** Texts read ahead of the vector that is waited for: some dozen batches, from which the queue picks like lengths. */
const textsAhead = 512

/** Tokens read ahead, the last text aside: those of as many texts as long as most models take. Texts in windows are longer. */
const tokensAhead = textsAhead * 512

interface PendingText extends StartedText {
  isSettled: boolean
}

/** @throws {ArgumentTypeError} `INVALID_TEXT` when a text is no string. */
export async function* generateVectors(
  iterator: AnyIterator,
  { start, end, signal, onProgress }: StreamSteps,
): AsyncGenerator<Embedding, void, undefined> {
  const ahead: PendingText[] = []
  let index = 0
  let tokens = 0
  let isReading = false
  let sourceEnd: { readonly error?: unknown } | undefined
  let textsDone = 0
  let tokensDone = 0
  let wake = () => {}
  const onAbort = () => wake()
  signal?.addEventListener('abort', onAbort)

  async function read(): Promise<void> {
    isReading = true
    try {
      const { done, value } = await iterator.next()
      if (done) sourceEnd = {}
      else ahead.push(watch(await start(checkText(await value, index), index++)))
    } catch (error) {
      sourceEnd = { error }
    }
    isReading = false
    wake()
  }
  function watch(started: StartedText): PendingText {
    const pending = { ...started, isSettled: false }
    tokens += started.tokens
    const settle = () => {
      pending.isSettled = true
      wake()
    }
    pending.vector.then(settle, settle)
    return pending
  }

  try {
    for (;;) {
      while (!sourceEnd && ahead.length < textsAhead && tokens < tokensAhead && !ahead[0]?.isSettled) {
        signal?.throwIfAborted()
        if (!isReading) void read()
        // Not Promise.race, which would leave a reaction on the promise of the first text for each text read meanwhile.
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      const first = ahead.shift()
      if (first) {
        const vector = await first.vector
        tokens -= first.tokens
        textsDone++
        tokensDone += first.tokens
        onProgress?.({ type: 'embed', textsDone, tokensDone })
        yield vector
      } else if (sourceEnd && 'error' in sourceEnd) throw sourceEnd.error
      else if (sourceEnd) return
    }
  } finally {
    signal?.removeEventListener('abort', onAbort)
    end()
    // A source in the middle of a read closes after it, which may be never.
    if (isReading) void closeQuietly(iterator)
    else if (!sourceEnd) await iterator.return?.()
  }
}

function checkText(text: unknown, index: number): string {
  if (typeof text === 'string') return text
  throw new ArgumentTypeError('INVALID_TEXT', `Text ${index} is ${describe(text)}, not a string.`)
}

async function closeQuietly(iterator: AnyIterator): Promise<void> {
  try {
    await iterator.return?.()
  } catch {
    // Nobody waits for it any more.
  }
}
