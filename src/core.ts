/**
 * `bert-embed/core`: the portable parts of the library, for applications that bring a backend or a source. It imports
 * no runtime. It holds everything that `bert-embed` exports except `embed`, `disposeEmbedders` and `createEmbedder`.
 *
 * @module bert-embed/core
 */

export * from './essentials.js'

// Embedders from a source and a backend.

export { loadEmbedder } from './loading/load-embedder.js'
export type { LoadOptions } from './loading/load-options.js'

// The backend port: what runs a model.

export type {
  Backend,
  BackendSession,
  OnnxModel,
  OnnxProbe,
  PlanModel,
  ProbeInputs,
  SessionOptions,
} from './backends/backend.js'

// The source port: where a model's files come from.

export type { Fetch, RequestOptions } from './sources/http/http.js'
export { type HubSourceOptions, hubSource } from './sources/hub/hub-source.js'
export type {
  ByteRange,
  Derivation,
  ExpectedFile,
  FileContent,
  ModelFile,
  OpenFileOptions,
  OpenOptions,
  OriginalFile,
} from './sources/model-source.js'
export type { UrlSourceOptions } from './sources/source-options.js'
export { urlSource } from './sources/url.js'

// The cache port: where downloads and converted weights are stored.

export type { CachedFile, ChunksFrom, FileFacts, ModelCache } from './sources/cache/model-cache.js'

// Model files.

export type { HiddenAct } from './model/activation-names.js'
export type { BertConfig } from './model/config/bert-config.js'
export { parseBertConfig } from './model/config/parse-bert-config.js'
export {
  parseSafetensorsHeader,
  readSafetensorsHeader,
  type SafetensorsDtype,
  type SafetensorsFile,
  type SafetensorsFileInfo,
  type SafetensorsHeader,
  type SafetensorsTensor,
} from './model/safetensors/safetensors.js'

// Tokenizers: text to ids, and ids to batches.

export { createTokenizer } from './text/create-tokenizer.js'
export type { EncodeOptions } from './text/encode-options.js'
export type { Encoding, PaddingSide, PadToken } from './text/encoding.js'
export type { TokenizerFiles } from './text/files/tokenizer-files.js'
export { type PaddedBatch, padEncodings } from './text/pad.js'
export type { Truncation, TruncationSide } from './text/truncate-tokens.js'
export type { HuggingFaceEncoding } from './text/wrap-tokenizer.js'

// Tensors.

export { poolingModes } from './tensor/pooling-modes.js'
export { createTensor } from './tensor/tensor.js'
