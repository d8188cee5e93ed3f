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
 * Turns texts into tokens. `createTokenizer` creates one from a checkpoint's files, `wrapTokenizer` from a tokenizer of
 * `@huggingface/tokenizers`. `createEmbedder({ tokenizer })` also takes any other object with this interface.
 *
 * An embedder encodes single texts only, and uses only the options `maxLength` and `addSpecialTokens`.
 */
export interface Tokenizer {
  /** The highest id + 1. The model's embedding table has to have at least as many rows. */
  readonly vocabSize: number
  /**
   * Maximum number of tokens of a text, special tokens included: `model_max_length` of tokenizer_config.json.
   * `undefined` means no limit.
   */
  readonly maxLength?: number | undefined
  /** The token that fills the shorter rows of a batch. */
  readonly padToken: PadToken
  /** The side that `tokenize` and `forward` pad. Batches of `embed` are always padded on the right. */
  readonly paddingSide: PaddingSide
  /**
   * Whether a long text that is split into windows may be encoded in pieces, so that the embedder can yield to the
   * event loop between them. A piece ends between two words, where the tokens on both sides are the same with and
   * without the cut. Set it to `false` if tokens depend on more of the text.
   *
   * @default false
   */
  readonly encodesPieces?: boolean | undefined
  /** Returns the number of special tokens that are added to a text, or to a pair of texts. */
  countSpecialTokens(options?: { readonly pair?: boolean | undefined }): number
  /**
   * Encodes a text, or a pair of texts, with special tokens. `maxLength` truncates the text, and never removes special
   * tokens. A lone surrogate is encoded as U+FFFD, as in UTF-8.
   *
   * @throws {ArgumentTypeError} `INVALID_TEXT` when a text is not a string.
   * @throws {ArgumentRangeError} `INVALID_OPTION` when an option's value is invalid or `maxLength` is less than the
   *   number of special tokens; `TEXT_TOO_LONG` when `only_first` or `only_second` would remove all tokens of its text.
   */
  encode(text: string, options?: EncodeOptions): Encoding
}
