/** The types of an embedder: its methods, their options and their results. */

import type { Device } from '../backends/backend.js'
import type { Dtype } from '../model/dtypes.js'
import type { Pooling, PoolingMode } from '../tensor/pooling-modes.js'
import type { LastHiddenState, Tensor } from '../tensor/tensor.js'
import type { Tokenizer } from '../text/tokenizer.js'
import type { EmbeddingRanges, Precision, PrecisionMap } from '../vectors/precision.js'
import type { SimilarityMetric } from '../vectors/similarity-metrics.js'
import type { Vectors } from '../vectors/vectors.js'

export interface TokenizeOptions {
  /** Maximum number of tokens of a text, [CLS] and [SEP] included. @default the model's limit */
  readonly maxLength?: number | undefined
  /**
   * What happens to a text of more than `maxLength` tokens. `truncate` drops the tokens that do not fit, `error` throws
   * `TEXT_TOO_LONG`, and `windows` cuts the text into overlapping windows of `maxLength` tokens. The text's vector is
   * then the mean of the vectors of its windows, weighted by their numbers of pooled tokens. Normalising comes after
   * the mean. `forward` and `tokenize` return a row for each window.
   *
   * @default 'truncate'
   */
  readonly overflow?: 'truncate' | 'error' | 'windows' | undefined
  /**
   * Number of tokens that a window shares with the previous one (`stride` in Hugging Face's tokenizers).
   *
   * @default an eighth of `maxLength` without special tokens and prompt. Nearly every sentence is then whole in at
   * least one window.
   */
  readonly windowOverlap?: number | undefined
  /** Whether to pad to the longest text of the call or to `maxLength`. @default 'longest' */
  readonly padding?: 'longest' | 'max_length' | undefined
}

export interface ForwardOptions extends TokenizeOptions {
  /** Aborts the call between two batches. The call rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

export interface EmbedOptions<P extends Precision = 'float32'> extends Omit<ForwardOptions, 'padding'> {
  /** How the vectors of a text's tokens become one. @default as in the model's files, or else mean pooling */
  readonly pooling?: Pooling | undefined
  /** Whether to scale vectors to length 1. @default as in the model's files, or else false */
  readonly normalize?: boolean | undefined
  /** Number of leading values to keep, before normalising. For models trained for it (Matryoshka). @default all */
  readonly truncateDim?: number | undefined
  /** Text to put before every text. @default the model's default prompt, if it has one */
  readonly prompt?: string | undefined
  /**
   * Number format of the vectors, down to one bit per value. Quantisation is the last step, after normalising.
   *
   * @default 'float32'
   */
  readonly precision?: P | undefined
  /**
   * The range of each dimension, required for `int8` and `uint8`. `embeddingRanges` computes it from typical vectors.
   */
  readonly ranges?: EmbeddingRanges | undefined
  /** Called after every batch. */
  readonly onProgress?: ((progress: EmbedProgress) => void) | undefined
}

/** Ids are neither prompted nor truncated, so these options do not apply to them. */
export type EmbedTokensOptions<P extends Precision = 'float32'> = Omit<
  EmbedOptions<P>,
  'prompt' | 'maxLength' | 'overflow' | 'windowOverlap'
>

export interface EmbedProgress {
  readonly type: 'embed'
  readonly textsDone: number
  readonly textsTotal: number
  /** Tokens without padding. */
  readonly tokensDone: number
  readonly tokensTotal: number
}

/** A stream of texts. It is read only as far ahead as batches need. */
export type TextStream = Iterable<string> | AsyncIterable<string>

export interface EmbedStreamOptions<P extends Precision = 'float32'>
  extends Omit<EmbedOptions<P>, 'onProgress'> {
  /** Called after every vector. */
  readonly onProgress?: ((progress: EmbedStreamProgress) => void) | undefined
}

/** Progress of a stream, whose length is unknown. */
export type EmbedStreamProgress = Pick<EmbedProgress, 'type' | 'textsDone' | 'tokensDone'>

/** The tokens of some texts: padded int32 tensors of shape [batch, tokens]. */
export interface Tokenization {
  readonly inputIds: Tensor<'int32'>
  readonly attentionMask: Tensor<'int32'>
  readonly tokenTypeIds: Tensor<'int32'>
  /** The tokens of each row, without padding. */
  readonly tokens: readonly (readonly string[])[]
  /** Number of tokens of each row that were truncated. */
  readonly truncatedTokens: readonly number[]
  /** Index of each row's text: 0, 1, 2, ..., with the same index for all windows of a text. */
  readonly textIndices: readonly number[]
}

/** The encoder's output, and the tokens it belongs to. */
export interface ModelOutput extends Tokenization {
  /** Shape [batch, tokens, hidden]. */
  readonly lastHiddenState: LastHiddenState
}

/** Returns one vector for one text and a list for a list, in the precision of the options. */
export interface EmbedTexts {
  <P extends Precision = 'float32'>(text: string, options?: EmbedOptions<P>): Promise<PrecisionMap[P]>
  <P extends Precision = 'float32'>(
    texts: readonly string[],
    options?: EmbedOptions<P>,
  ): Promise<PrecisionMap[P][]>
  <P extends Precision = 'float32'>(
    texts: string | readonly string[],
    options?: EmbedOptions<P>,
  ): Promise<PrecisionMap[P] | PrecisionMap[P][]>
}

export interface Embedder extends AsyncDisposable {
  /** The model's name, as the caller gave it. */
  readonly model: string
  /** Name of the backend that runs the model, such as `bert-embed-engine` or `onnxruntime-node`. */
  readonly backend: string
  /** The device that the model runs on, such as `cpu`, `wasm` or `webgpu`. */
  readonly device: Device
  /** Number format of the weights; `undefined` for an ONNX file whose name does not tell. */
  readonly dtype: Dtype | undefined
  /** Number of values of a vector with default options. */
  readonly dimension: number
  /** Maximum number of tokens of a text by default, [CLS] and [SEP] included. Longer texts are truncated by default. */
  readonly maxLength: number
  /** How the vectors of a text's tokens become one by default; empty if the repository's ONNX graph does it. */
  readonly pooling: readonly PoolingMode[]
  /** Whether vectors are scaled to length 1 by default. */
  readonly normalize: boolean
  /** The model's prompts by name. A bare checkpoint has none. */
  readonly prompts: Readonly<Record<string, string>>
  /** The metric of {@link similarity}: from the model's files, or else `cosine`. */
  readonly similarityFunction: SimilarityMetric
  readonly tokenizer: Tokenizer

  /**
   * Embeds texts: one vector of `dimension` values for one text, a list in the same order for a list.
   *
   * @throws {ArgumentTypeError} `INVALID_TEXT` with the index of a text that is not a string.
   * @throws {ArgumentRangeError} `INVALID_OPTION`, `TEXT_TOO_LONG`
   * @throws {BertEmbedError} `DISPOSED`, `BACKEND_FAILED`
   * @example
   * const [knight, squire] = await embedder.embed(['knight', 'squire'], { normalize: true })
   */
  embed: EmbedTexts

  /** Embeds a search query, with the model's prompt named `query` if it has one. */
  embedQuery<P extends Precision = 'float32'>(
    text: string,
    options?: EmbedOptions<P>,
  ): Promise<PrecisionMap[P]>
  /** Embeds documents to search, with the model's prompt named `document`, `passage` or `corpus` if it has one. */
  embedDocuments<P extends Precision = 'float32'>(
    texts: readonly string[],
    options?: EmbedOptions<P>,
  ): Promise<PrecisionMap[P][]>

  /**
   * Embeds texts that are token ids already: one vector for each list. The model sees exactly these ids, so a list
   * begins and ends with the special tokens, as in `tokenizer.encode(text).ids`. All token types are 0.
   *
   * @throws {ArgumentTypeError | ArgumentRangeError} `INVALID_TEXT` when a list is empty or holds something else than ids of the vocabulary,
   *   `TEXT_TOO_LONG` when it has more ids than `maxLength`, `INVALID_OPTION`
   * @throws {BertEmbedError} `DISPOSED`, `BACKEND_FAILED`
   * @example
   * const { ids } = embedder.tokenizer.encode('knight')
   * const [vector] = await embedder.embedTokens([ids]) // equals embed('knight')
   */
  embedTokens<P extends Precision = 'float32'>(
    lists: readonly (Int32Array | readonly number[])[],
    options?: EmbedTokensOptions<P>,
  ): Promise<PrecisionMap[P][]>

  /**
   * Embeds a stream of texts, and yields their vectors in the same order. It reads at most 512 texts ahead of the
   * consumer, fewer if they are long. The source is closed when the consumer stops early.
   *
   * If the source fails, the vectors of the texts before the failure are yielded first. Then its error is thrown.
   *
   * @throws {ArgumentTypeError} `INVALID_TEXT` at once when `texts` is not a stream; later, with the index of a text
   *   that is not a string.
   * @throws {ArgumentRangeError} `INVALID_OPTION`, `TEXT_TOO_LONG`
   * @throws {BertEmbedError} `DISPOSED`, `BACKEND_FAILED`
   * @example
   * for await (const vector of embedder.embedStream(lines)) index.add(vector)
   */
  embedStream<P extends Precision = 'float32'>(
    texts: TextStream,
    options?: EmbedStreamOptions<P>,
  ): AsyncGenerator<PrecisionMap[P], void, undefined>

  /**
   * Compares every vector in `a` with every vector in `b` by the model's {@link similarityFunction}. The result has
   * shape [n, m], with row i for a[i]. Distances are negated, so that a larger value always means more similar.
   *
   * @throws {ArgumentTypeError | ArgumentRangeError} `INVALID_TENSOR`
   * @example
   * const query = await embedder.embedQuery('who rode beside him?')
   * embedder.similarity([query], await embedder.embedDocuments(['The squire.', 'The sea.'])).data // [0.6, 0.1]
   */
  similarity(a: Vectors, b: Vectors): Tensor<'float32'>

  /**
   * Returns the encoder's output for every token before pooling: `lastHiddenState` of shape [batch, tokens, hidden].
   *
   * @example
   * const { lastHiddenState, attentionMask } = await embedder.forward(['knight', 'squire'])
   * const vectors = meanPooling(lastHiddenState, attentionMask) // [2, 768]
   */
  forward(texts: string | readonly string[], options?: ForwardOptions): Promise<ModelOutput>

  /**
   * Returns the tokens that the model would see, and how many tokens of each text were cut off. With `overflow:
   * 'windows'`, no token is truncated, and each window has a row.
   */
  tokenize(texts: string | readonly string[], options?: TokenizeOptions): Tokenization

  /** Waits for the running batches, and releases the model. Later calls throw `DISPOSED`. Safe to call twice. */
  dispose(): Promise<void>
}
