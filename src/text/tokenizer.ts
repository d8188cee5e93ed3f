/**
 * The port through which texts become token ids. The library's tokenizers (`createTokenizer` in create-tokenizer.ts,
 * `loadTokenizer` in load-tokenizer.ts) read the files in files/ and classes/. assemble-tokenizer.ts puts their stages
 * together, in the order in which a text passes them (text-to-tokens.ts):
 *
 * 1. added tokens, found before anything else is done to the text: added-tokens.ts
 * 2. the normalizer, such as lower case: normalizers/
 * 3. the pre-tokenizer, which splits the text into words: pre-tokenizers/
 * 4. the model, which splits words into tokens (WordPiece, BPE, Unigram, WordLevel): models/
 * 5. the post-processor, which adds special tokens such as [CLS]: files/post-processor.ts and encoding.ts
 */

import type { EncodeOptions } from './encode-options.js'
import type { Encoding, PaddingSide, PadToken } from './encoding.js'

/**
 * What makes tokens of texts: `createTokenizer` of a checkpoint's files, `wrapTokenizer` of a tokenizer of
 * `@huggingface/tokenizers`, or an object of your own for `createEmbedder({ tokenizer })`.
 *
 * An embedder encodes single texts, with the options `maxLength` and `addSpecialTokens`.
 */
export interface Tokenizer {
  /** The highest id + 1: at most the rows of the model's embedding table. */
  readonly vocabSize: number
  /** The most tokens of a text: `model_max_length` of tokenizer_config.json; `undefined` when there is no limit. */
  readonly maxLength?: number | undefined
  /** What fills the shorter rows of a batch. */
  readonly padToken: PadToken
  /** Where it does so in `tokenize` and `forward`; batches of `embed` are filled on the right. */
  readonly paddingSide: PaddingSide
  /**
   * Whether a long text that is cut into windows may be encoded in pieces, so that the event loop turns in between: a piece
   * ends between two words where the tokens around are the same with the end as without. `false` where tokens depend on
   * more of the text.
   *
   * @default false
   */
  readonly encodesPieces?: boolean | undefined
  /** How many special tokens stand around a text, or around a pair of texts. */
  countSpecialTokens(options?: { readonly pair?: boolean | undefined }): number
  /**
   * Encodes a text, or a pair of texts, between its special tokens. With `maxLength` tokens of the text are cut off,
   * special tokens never. A lone surrogate counts as U+FFFD, which is what UTF-8 makes of it.
   *
   * @throws {ArgumentTypeError} `INVALID_TEXT` when a text is no string.
   * @throws {ArgumentRangeError} `INVALID_OPTION` when `maxLength` has no room for the special tokens or an option has
   *   no such value; `TEXT_TOO_LONG` when only_first or only_second would leave nothing of its text.
   */
  encode(text: string, options?: EncodeOptions): Encoding
}
