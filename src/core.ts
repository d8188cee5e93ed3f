/** `bert-embed/core`: the portable parts, for a backend and a source of one's own. No runtime, no network of its own. */

export type { Backend, BackendSession, Device, OnnxModel, SessionOptions } from './backends/backend.js'
export type {
  Embedder,
  EmbedOptions,
  EmbedProgress,
  EmbedStreamOptions,
  EmbedStreamProgress,
  EmbedTexts,
  ForwardOptions,
  ModelOutput,
  TextStream,
  Tokenization,
  TokenizeOptions,
} from './embedder/embedder-types.js'
export { ArgumentRangeError, ArgumentTypeError, BertEmbedError, type ErrorCode } from './errors.js'
export { loadEmbedder } from './loading/load-embedder.js'
export type { Dtype, LoadOptions } from './loading/load-options.js'
export type { BertConfig } from './model/config/bert-config.js'
export { parseBertConfig } from './model/config/parse-bert-config.js'
export {
  parseSafetensorsHeader,
  readSafetensorsHeader,
  type SafetensorsHeader,
  type SafetensorsTensor,
} from './model/safetensors/safetensors.js'
export type { CachedFile, ChunksFrom, FileFacts, ModelCache } from './sources/cache/model-cache.js'
export type { Fetch, RequestOptions } from './sources/http/http.js'
export { type HubSourceOptions, hubSource } from './sources/hub/hub-source.js'
export { memorySource } from './sources/memory.js'
export type {
  Derivation,
  DownloadProgress,
  FileContent,
  ModelFile,
  ModelSource,
  OpenOptions,
  OriginalFile,
} from './sources/model-source.js'
export type { UrlSourceOptions } from './sources/source-options.js'
export { urlSource } from './sources/url.js'
export { l2Normalize } from './tensor/l2-normalize.js'
export {
  type AttentionMask,
  type ClsPoolingOptions,
  clsPooling,
  lastTokenPooling,
  maxPooling,
  meanPooling,
  meanSqrtLenPooling,
  type PoolingOptions,
  type PoolOptions,
  pool,
  weightedMeanPooling,
} from './tensor/pooling.js'
export { type Pooling, type PoolingMode, poolingModes } from './tensor/pooling-modes.js'
export {
  createTensor,
  type DataType,
  type DataTypeMap,
  type LastHiddenState,
  type Tensor,
} from './tensor/tensor.js'
export type { EncodeOptions } from './text/encode-options.js'
export type { Encoding, PaddingSide, PadToken } from './text/encoding.js'
export type { TokenizerFiles } from './text/files/tokenizer-files.js'
export { type PaddedBatch, padEncodings } from './text/pad.js'
export { createTokenizer, type Tokenizer } from './text/tokenizer.js'
export type { Truncation, TruncationSide } from './text/truncate-tokens.js'
export {
  type HuggingFaceEncoding,
  type HuggingFaceTokenizer,
  type WrapTokenizerOptions,
  wrapTokenizer,
} from './text/wrap-tokenizer.js'
export type { EmbeddingRanges, Precision, PrecisionDtypes, PrecisionMap } from './vectors/precision.js'
export {
  embeddingRanges,
  type QuantizeOptions,
  quantizeEmbeddings,
} from './vectors/quantize.js'
export type { Vectors } from './vectors/rows.js'
export { type SearchOptions, semanticSearch } from './vectors/search.js'
export {
  cosineSimilarity,
  dotSimilarity,
  euclideanSimilarity,
  manhattanSimilarity,
} from './vectors/similarity.js'
export { type SimilarityMatrixOptions, similarityMatrix } from './vectors/similarity-matrix.js'
export type { SimilarityMetric } from './vectors/similarity-metrics.js'
export type { StoredVectors } from './vectors/stored-rows.js'
export type { SearchHit } from './vectors/top-k.js'
export { type TruncateOptions, truncateEmbeddings } from './vectors/truncate.js'
