/** Keeps long texts from blocking the server where they are tokenized in one step. */

import { setImmediate } from 'node:timers/promises'
import type { Embedder } from '../index.node.js'
import { RequestError } from './request-error.node.js'

/** Characters for each token of the model's limit, as in text-embeddings-inference. Hardly a token is that long. */
const charactersPerToken = 250

/** The last characters of a text. All tokens that the model can take come from them. */
export function endOfText(text: string, { maxLength }: Embedder): string {
  return text.slice(-maxLength * charactersPerToken)
}

/**
 * Yields what a function returns for each text, and lets other requests go on in between. The lengths of all texts are
 * checked before the first call.
 *
 * @throws {RequestError} `too_many_tokens` for a text of too many characters
 */
export async function* mapTexts<Result>(
  texts: readonly string[],
  toResult: (text: string) => Result,
  { embedder, signal }: { readonly embedder: Embedder; readonly signal: AbortSignal },
): AsyncGenerator<Result, void, undefined> {
  const maxCharacters = embedder.maxLength * charactersPerToken
  for (const [index, text] of texts.entries())
    if (text.length > maxCharacters)
      throw new RequestError(
        'too_many_tokens',
        `Text ${index} has ${text.length} characters. At most ${maxCharacters} are allowed here.`,
      )
  for (const text of texts) {
    await setImmediate()
    signal.throwIfAborted()
    yield toResult(text)
  }
}
