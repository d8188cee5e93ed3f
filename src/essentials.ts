/**
 * The names that both builds of `bert-embed` share: what most applications need in addition to `embed` and
 * `createEmbedder`.
 */

// Embedders: what `createEmbedder` returns, and what its methods take and return.

export type { Device } from './backends/backend.js'
export type {
  Embedder,
  EmbedOptions,
  EmbedProgress,
  EmbedStreamOptions,
  EmbedStreamProgress,
  EmbedTexts,
  EmbedTokensOptions,
  ForwardOptions,
  ModelOutput,
  TextStream,
  Tokenization,
  TokenizeOptions,
} from './embedder/embedder-types.js'
export type { Dtype } from './model/dtypes.js'
export { defaultModel } from './model-options.js'
export type { DownloadProgress } from './sources/model-source.js'

// The caller's model files and the caller's tokenizer.

export { type MemorySourceOptions, memorySource } from './sources/memory.js'
export type { ModelSource } from './sources/model-source.js'
export type { Tokenizer } from './text/tokenizer.js'
export { type HuggingFaceTokenizer, type WrapTokenizerOptions, wrapTokenizer } from './text/wrap-tokenizer.js'

// Pooling, vectors and errors.

export * from './without-model.js'
