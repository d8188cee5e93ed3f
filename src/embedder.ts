/** The public face of a loaded model, and what its calls take and give. */

import type { Device } from './backends/backend.js'
import type { Pooling, PoolingMode } from './tensor/pooling.js'
import type { LastHiddenState, Tensor } from './tensor/tensor.js'
import type { Tokenizer } from './text/tokenizer.js'

export interface TokenizeOptions {
  /** The most tokens of a text, [CLS] and [SEP] included. @default the model's own limit */
  readonly maxLength?: number | undefined
  /** What happens to a longer text: cut off, or an error `TEXT_TOO_LONG`. @default 'truncate' */
  readonly overflow?: 'truncate' | 'error' | undefined
  /** Pad to the longest text of the call, or to `maxLength`. @default 'longest' */
  readonly padding?: 'longest' | 'max_length' | undefined
}

export interface ForwardOptions extends TokenizeOptions {
  /** Ends the call between two batches; it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

export interface EmbedOptions extends Omit<ForwardOptions, 'padding'> {
  /** How token vectors become one. @default what the model's files say, or else mean pooling */
  readonly pooling?: Pooling | undefined
  /** Scale vectors to length 1. @default what the model's files say, or else false */
  readonly normalize?: boolean | undefined
  /** Keep the first values only, before normalising; for models trained for it (Matryoshka). @default all */
  readonly truncateDim?: number | undefined
  /** Put before every text. @default the model's default prompt, if it has one */
  readonly prompt?: string | undefined
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

export interface EmbedStreamOptions extends Omit<EmbedOptions, 'onProgress'> {
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
}

/** The encoder's output beside the tokens it belongs to. */
export interface ModelOutput extends Tokenization {
  /** Shape [batch, tokens, hidden]. */
  readonly lastHiddenState: LastHiddenState
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
  /** How token vectors become one unless an option says otherwise. */
  readonly pooling: readonly PoolingMode[]
  /** Whether vectors are scaled to length 1 unless an option says otherwise. */
  readonly normalize: boolean
  /** The model's prompts by name; empty for a bare checkpoint. */
  readonly prompts: Readonly<Record<string, string>>
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
  embed(text: string, options?: EmbedOptions): Promise<Float32Array>
  embed(texts: readonly string[], options?: EmbedOptions): Promise<Float32Array[]>
  embed(texts: string | readonly string[], options?: EmbedOptions): Promise<Float32Array | Float32Array[]>

  /** Embeds what is searched for: with the model's prompt named `query`, if it has one. */
  embedQuery(text: string, options?: EmbedOptions): Promise<Float32Array>
  /** Embeds what is searched: with the model's prompt named `document`, `passage` or `corpus`, if it has one. */
  embedDocuments(texts: readonly string[], options?: EmbedOptions): Promise<Float32Array[]>

  /**
   * Embeds texts as they come, and yields their vectors in the same order. At most 512 texts are in memory: the source
   * is read no faster than its vectors are taken, and closed when one stops early.
   *
   * When the source fails, the vectors of the texts before come first, and then its error.
   *
   * @throws {ArgumentTypeError} `INVALID_TEXT` at once when `texts` is no stream; later, naming the index of what is no string.
   * @throws {ArgumentRangeError} `INVALID_OPTION`, `TEXT_TOO_LONG`
   * @throws {BertEmbedError} `DISPOSED`, `BACKEND_FAILED`
   * @example
   * for await (const vector of embedder.embedStream(lines)) index.add(vector)
   */
  embedStream(texts: TextStream, options?: EmbedStreamOptions): AsyncGenerator<Float32Array, void, undefined>

  /**
   * The encoder's output for every token: `lastHiddenState` [batch, tokens, hidden], before any pooling.
   *
   * @example
   * const { lastHiddenState, attentionMask } = await embedder.forward(['knight', 'squire'])
   * const vectors = meanPooling(lastHiddenState, attentionMask) // [2, 768]
   */
  forward(texts: string | readonly string[], options?: ForwardOptions): Promise<ModelOutput>

  /** The tokens the model would see, and how much of each text was too long. */
  tokenize(texts: string | readonly string[], options?: TokenizeOptions): Tokenization

  /** Releases the model once what runs has ended; safe to call twice. Later calls throw `DISPOSED`. */
  dispose(): Promise<void>
}
