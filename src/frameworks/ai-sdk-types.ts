/** The interfaces of the Vercel AI SDK that an embedder fits, without its packages. */

import type { AdapterOptions } from './adapter-options.js'

/** Version of the SDK's interface: `v4` for `ai` 7, `v3` for `ai` 6, `v2` for `ai` 5. */
export type SpecificationVersion = 'v2' | 'v3' | 'v4'

export interface EmbedCallOptions extends AdapterOptions {
  /**
   * What the texts are, for models with prompts: `query` embeds as `embedQuery`, `document` as `embedDocuments`.
   *
   * @default neither: texts are embedded as by `embed`
   */
  readonly inputType?: 'query' | 'document' | undefined
}

export interface VersionOptions<Version extends SpecificationVersion = 'v4'> {
  /** @default 'v4' */
  readonly specificationVersion?: Version | undefined
}

/** The SDK's `EmbeddingModelV4`, `EmbeddingModelV3` or `EmbeddingModelV2`. */
export interface EmbeddingModel<Version extends SpecificationVersion = 'v4'> {
  readonly specificationVersion: Version
  readonly provider: string
  readonly modelId: string
  readonly maxEmbeddingsPerCall: number
  readonly supportsParallelCalls: boolean
  doEmbed(call: EmbeddingCall): Promise<EmbeddingResult>
}

export interface EmbeddingCall {
  readonly values: readonly string[]
  readonly abortSignal?: AbortSignal | undefined
  /** Number of leading values to keep: `truncateDim` of `embed`. */
  readonly dimensions?: number | undefined
  /** `EmbedCallOptions` at `bertEmbed`. They override those of the model. */
  readonly providerOptions?: Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined
}

export interface EmbeddingResult {
  readonly embeddings: number[][]
  /** Number of tokens that the model has read, prompts and special tokens included. */
  readonly usage: { readonly tokens: number }
  readonly warnings: never[]
}

/** The SDK's `ProviderV4`, `ProviderV3` or `ProviderV2`. */
export interface EmbeddingProvider<Version extends SpecificationVersion = 'v4'> {
  readonly specificationVersion: Version
  embeddingModel(modelId: string): EmbeddingModel<Version>
  /** The former name of `embeddingModel`. */
  textEmbeddingModel(modelId: string): EmbeddingModel<Version>
  /** @throws {ArgumentRangeError} `INVALID_OPTION` */
  languageModel(modelId: string): never
  /** @throws {ArgumentRangeError} `INVALID_OPTION` */
  imageModel(modelId: string): never
}
