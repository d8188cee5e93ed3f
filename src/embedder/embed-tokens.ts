/** Embeds texts that are token ids already. */

import { checkIdLists } from '../text/check-ids.js'
import type { Precision } from '../vectors/precision.js'
import { type Embedding, resolveEmbedOptions } from './embed-options.js'
import { embedWindows, type ListWindow, type TextContext } from './embed-texts.js'
import type { EmbedTokensOptions } from './embedder-types.js'
import { createWindowMean } from './token-windows.js'

/** One vector for each list of ids. The model sees exactly these ids. */
export async function embedTokens(
  lists: readonly (Int32Array | readonly number[])[],
  options: EmbedTokensOptions<Precision>,
  { queue, tokenizer, settings }: TextContext,
): Promise<Embedding[]> {
  const { vocabSize } = tokenizer
  const windows = checkIdLists(lists, { vocabSize, maxLength: settings.maxLength })
  // A prompt belongs to a text, so ids have none.
  const resolved = resolveEmbedOptions({ ...options, prompt: '' }, settings)
  const toWindows = async () => windows.map((ids, index) => toWindow(ids, { index, modes: resolved.modes }))
  return embedWindows(toWindows, lists.length, { resolved, options, queue })
}

function toWindow(
  ids: Int32Array,
  { index, modes }: { readonly index: number; readonly modes: ListWindow['modes'] },
): ListWindow {
  const tokenTypeIds = new Int32Array(ids.length)
  const mean = createWindowMean(1)
  return { ids, tokenTypeIds, tokens: ids.length, modes, promptTokens: 0, mean, indices: [index] }
}
