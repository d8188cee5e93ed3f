/** One batch through the model: padded, run, pooled, and what the model does with a pooled vector. */

import { padEncodings } from '../text/pad.js'
import type { Tokenizer } from '../text/tokenizer.js'
import type { BatchText, EncoderSession } from './encoder-session.js'
import type { SentenceHead } from './sentence-head.js'

/** Runs batches of texts and gives their vectors, not normalised. */
export function createBatchRunner(
  session: EncoderSession,
  { tokenizer, head }: { readonly tokenizer: Tokenizer; readonly head: SentenceHead | undefined },
) {
  return async (texts: readonly BatchText[]): Promise<Float32Array[]> => {
    // Whatever side the tokenizer pads on: padding on the left would move a text's positions by what stands beside it.
    const { padToken } = tokenizer
    // No model takes a batch without tokens, such as one of empty texts without special tokens: padding keeps their vectors the same as next to other texts.
    const length = texts.reduce((max, { ids }) => Math.max(max, ids.length), 1)
    const batch = padEncodings(texts, { padToken, paddingSide: 'right', length })
    const pooled = await session.embed(batch, texts)
    return head ? head.apply(pooled) : pooled
  }
}
