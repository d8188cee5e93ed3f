/**
 * The exports of `bert-embed` that work without a model. The build joins modules on either side of this file: an
 * application that only pools or searches does not load the code that runs models.
 */

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
