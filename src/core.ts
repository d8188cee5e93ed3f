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
} from './embedder/embedder.js'
export type { EmbeddingRanges, Precision, PrecisionDtypes, PrecisionMap } from './embeddings/precision.js'
export {
  embeddingRanges,
  type QuantizeOptions,
  quantizeEmbeddings,
} from './embeddings/quantize.js'
export type { Vectors } from './embeddings/rows.js'
export { type SearchOptions, semanticSearch } from './embeddings/search.js'
export {
  cosineSimilarity,
  dotSimilarity,
  euclideanSimilarity,
  manhattanSimilarity,
} from './embeddings/similarity.js'
export { type SimilarityMatrixOptions, similarityMatrix } from './embeddings/similarity-matrix.js'
export type { SimilarityMetric } from './embeddings/similarity-metrics.js'
export type { StoredVectors } from './embeddings/stored-rows.js'
export type { SearchHit } from './embeddings/top-k.js'
export { type TruncateOptions, truncateEmbeddings } from './embeddings/truncate.js'
export { ArgumentRangeError, ArgumentTypeError, BertEmbedError, type ErrorCode } from './errors.js'
export { loadEmbedder } from './loading/load-embedder.js'
export type { Dtype, LoadOptions } from './loading/load-options.js'
export type { BertConfig } from './model/bert-config.js'
export { parseBertConfig } from './model/parse-bert-config.js'
export {
  parseSafetensorsHeader,
  readSafetensorsHeader,
  type SafetensorsHeader,
  type SafetensorsTensor,
} from './model/safetensors.js'
export type { Derivation, OriginalFile } from './sources/derived-file.js'
export type { Fetch, RequestOptions } from './sources/http.js'
export { type HubSourceOptions, hubSource } from './sources/hub-source.js'
export { memorySource } from './sources/memory.js'
export type { CachedFile, ChunksFrom, FileFacts, ModelCache } from './sources/model-cache.js'
export type {
  DownloadProgress,
  FileContent,
  ModelFile,
  ModelSource,
  OpenOptions,
} from './sources/model-source.js'
export { type UrlSourceOptions, urlSource } from './sources/url.js'
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
export { type PaddedBatch, padEncodings } from './text/pad.js'
export { createTokenizer, type Tokenizer } from './text/tokenizer.js'
export type { TokenizerFiles } from './text/tokenizer-files.js'
export type { Truncation, TruncationSide } from './text/truncate-tokens.js'
export {
  type HuggingFaceEncoding,
  type HuggingFaceTokenizer,
  type WrapTokenizerOptions,
  wrapTokenizer,
} from './text/wrap-tokenizer.js'
