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
  ForwardOptions,
  ModelOutput,
  TextStream,
  Tokenization,
  TokenizeOptions,
} from './embedder/embedder-types.js'
export type { Dtype } from './loading/load-options.js'
export { defaultModel } from './model-options.js'
export type { DownloadProgress } from './sources/model-source.js'

// The caller's model files and the caller's tokenizer.

export { type MemorySourceOptions, memorySource } from './sources/memory.js'
export type { ModelSource } from './sources/model-source.js'
export type { Tokenizer } from './text/tokenizer.js'
export { type HuggingFaceTokenizer, type WrapTokenizerOptions, wrapTokenizer } from './text/wrap-tokenizer.js'

// Pooling: from token vectors to one vector.

export { l2Normalize } from './tensor/l2-normalize.js'
export {
  type AttentionMask,
  type ClsPoolingOptions,
  clsPooling,
  meanPooling,
  type PoolingOptions,
  type PoolOptions,
  pool,
} from './tensor/pooling.js'
export type { Pooling, PoolingMode } from './tensor/pooling-modes.js'
export type { DataType, DataTypeMap, LastHiddenState, Tensor } from './tensor/tensor.js'

// Vectors: similarity, search, quantisation.

export type { EmbeddingRanges, Precision, PrecisionDtypes, PrecisionMap } from './vectors/precision.js'
export { embeddingRanges, type QuantizeOptions, quantizeEmbeddings } from './vectors/quantize.js'
export { type SearchOptions, semanticSearch } from './vectors/search.js'
export { cosineSimilarity } from './vectors/similarity.js'
export { type SimilarityMatrixOptions, similarityMatrix } from './vectors/similarity-matrix.js'
export type { SimilarityMetric } from './vectors/similarity-metrics.js'
export type { StoredVectors } from './vectors/stored-rows.js'
export type { SearchHit } from './vectors/top-k.js'
export { type TruncateOptions, truncateEmbeddings } from './vectors/truncate.js'
export type { Vectors } from './vectors/vectors.js'

// Errors.

export { ArgumentRangeError, ArgumentTypeError, BertEmbedError, type ErrorCode } from './errors.js'
