/** The public face of a loaded model, and what its calls take and give. */

import type { Device } from '../backends/backend.js'
import type { Pooling, PoolingMode } from '../tensor/pooling-modes.js'
import type { LastHiddenState, Tensor } from '../tensor/tensor.js'
import type { Tokenizer } from '../text/tokenizer.js'
import type { EmbeddingRanges, Precision, PrecisionMap } from '../vectors/precision.js'
import type { SimilarityMetric } from '../vectors/similarity-metrics.js'
import type { Vectors } from '../vectors/vectors.js'

export interface TokenizeOptions {
  /** The most tokens of a text, [CLS] and [SEP] included. @default the model's own limit */
  readonly maxLength?: number | undefined
  /**
   * What happens to a longer text: it is cut off, is an error `TEXT_TOO_LONG`, or is taken as several texts, windows of
   * `maxLength` tokens. Their vectors' mean, weighted by tokens, is the text's, before it is normalised; `forward` and
   * `tokenize` give a row for each.
   *
   * @default 'truncate'
   */
  readonly overflow?: 'truncate' | 'error' | 'windows' | undefined
  /**
   * Tokens that a window shares with the one before: what Hugging Face's tokenizers call `stride`.
   *
   * @default an eighth of the text's tokens in a window, so that nearly every sentence stands whole in one
   */
  readonly windowOverlap?: number | undefined
  /** Pad to the longest text of the call, or to `maxLength`. @default 'longest' */
  readonly padding?: 'longest' | 'max_length' | undefined
}

export interface ForwardOptions extends TokenizeOptions {
  /** Ends the call between two batches; it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

export interface EmbedOptions<P extends Precision = 'float32'> extends Omit<ForwardOptions, 'padding'> {
  /** How token vectors become one. @default what the model's files say, or else mean pooling */
  readonly pooling?: Pooling | undefined
  /** Scale vectors to length 1. @default what the model's files say, or else false */
  readonly normalize?: boolean | undefined
  /** Keep the first values only, before normalising; for models trained for it (Matryoshka). @default all */
  readonly truncateDim?: number | undefined
  /** Put before every text. @default the model's default prompt, if it has one */
  readonly prompt?: string | undefined
  /** The numbers of a vector, or the bits: the last step, after normalising. @default 'float32' */
  readonly precision?: P | undefined
  /** What `int8` and `uint8` need: the range of each dimension, as `embeddingRanges` takes it of typical vectors. */
  readonly ranges?: EmbeddingRanges | undefined
  /** Called after every batch. */
  readonly onProgress?: ((progress: EmbedProgress) => void) | undefined
}

export interface EmbedProgress {
  readonly type: 'embed'
  readonly textsDone: number
  readonly textsTotal: number
  /** Tokens without padding. */
  readonly tokensDone: number
  readonly tokensTotal: number
}

/** Texts as they come; read only as far ahead as batches need. */
export type TextStream = Iterable<string> | AsyncIterable<string>

export interface EmbedStreamOptions<P extends Precision = 'float32'>
  extends Omit<EmbedOptions<P>, 'onProgress'> {
  /** Called with every vector. */
  readonly onProgress?: ((progress: EmbedStreamProgress) => void) | undefined
}

/** How far a stream is, of which nobody knows the length. */
export type EmbedStreamProgress = Pick<EmbedProgress, 'type' | 'textsDone' | 'tokensDone'>

/** What the tokenizer made of some texts: int32 tensors of shape [batch, tokens], padded. */
export interface Tokenization {
  readonly inputIds: Tensor<'int32'>
  readonly attentionMask: Tensor<'int32'>
  readonly tokenTypeIds: Tensor<'int32'>
  /** Each text's tokens, without padding. */
  readonly tokens: readonly (readonly string[])[]
  /** How many tokens of each text were left out because it was too long. */
  readonly truncatedTokens: readonly number[]
  /** The text that each row is of: 0, 1, 2, ..., with the same index for all windows of a text. */
  readonly textIndices: readonly number[]
}

/** The encoder's output beside the tokens it belongs to. */
export interface ModelOutput extends Tokenization {
  /** Shape [batch, tokens, hidden]. */
  readonly lastHiddenState: LastHiddenState
}

/** One text gives one vector, a list gives a list: of the precision that is asked for. */
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
  /** The model, as it was asked for. */
  readonly model: string
  /** Where the model runs, such as `cpu`, `wasm` or `webgpu`. */
  readonly device: Device
  /** The number of values of a vector, with the model's own pooling. */
  readonly dimension: number
  /** The most tokens of a text, [CLS] and [SEP] included; longer texts are truncated. */
  readonly maxLength: number
  /** How token vectors become one unless an option says otherwise; none where the repository's graph does it itself. */
  readonly pooling: readonly PoolingMode[]
  /** Whether vectors are scaled to length 1 unless an option says otherwise. */
  readonly normalize: boolean
  /** The model's prompts by name; empty for a bare checkpoint. */
  readonly prompts: Readonly<Record<string, string>>
  /** What {@link similarity} measures: what the model's files say, or else `cosine`. */
  readonly similarityFunction: SimilarityMetric
  readonly tokenizer: Tokenizer

  /**
   * One text gives one vector of `dimension` values, a list gives a list in the same order.
   *
   * @throws {ArgumentTypeError} `INVALID_TEXT` naming the index of what is no string.
   * @throws {ArgumentRangeError} `INVALID_OPTION`, `TEXT_TOO_LONG`
   * @throws {BertEmbedError} `DISPOSED`, `BACKEND_FAILED`
   * @example
   * const [knight, squire] = await embedder.embed(['knight', 'squire'], { normalize: true })
   */
  embed: EmbedTexts

  /** Embeds what is searched for: with the model's prompt named `query`, if it has one. */
  embedQuery<P extends Precision = 'float32'>(
    text: string,
    options?: EmbedOptions<P>,
  ): Promise<PrecisionMap[P]>
  /** Embeds what is searched: with the model's prompt named `document`, `passage` or `corpus`, if it has one. */
  embedDocuments<P extends Precision = 'float32'>(
    texts: readonly string[],
    options?: EmbedOptions<P>,
  ): Promise<PrecisionMap[P][]>

  /**
   * Embeds texts as they come, and yields their vectors in the same order. At most 512 texts are in memory, of
   * long ones fewer: the source is read no faster than its vectors are taken, and closed when one stops early.
   *
   * When the source fails, the vectors of the texts before come first, and then its error.
   *
   * @throws {ArgumentTypeError} `INVALID_TEXT` at once when `texts` is no stream; later, naming the index of what is no string.
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
   * The similarity of every vector in `a` with every vector in `b`, by the model's own function: shape [n, m], row i for
   * a[i]. Distances are negative, so that larger is always more alike.
   *
   * @throws {ArgumentTypeError | ArgumentRangeError} `INVALID_TENSOR`
   * @example
   * const query = await embedder.embedQuery('who rode beside him?')
   * embedder.similarity([query], await embedder.embedDocuments(['The squire.', 'The sea.'])).data // [0.6, 0.1]
   */
  similarity(a: Vectors, b: Vectors): Tensor<'float32'>

  /**
   * The encoder's output for every token: `lastHiddenState` [batch, tokens, hidden], before any pooling.
   *
   * @example
   * const { lastHiddenState, attentionMask } = await embedder.forward(['knight', 'squire'])
   * const vectors = meanPooling(lastHiddenState, attentionMask) // [2, 768]
   */
  forward(texts: string | readonly string[], options?: ForwardOptions): Promise<ModelOutput>

  /**
   * The tokens the model would see, and how many of each text were left out because it was too long: none with
   * `overflow: 'windows'`, which gives a row for each window.
   */
  tokenize(texts: string | readonly string[], options?: TokenizeOptions): Tokenization

  /** Releases the model once what runs has ended; safe to call twice. Later calls throw `DISPOSED`. */
  dispose(): Promise<void>
}
