/**
 * `bert-embed/ai-sdk`: embedders as embedding models and as a provider of the Vercel AI SDK.
 *
 * @module bert-embed/ai-sdk
 */

import { untilAborted } from '../async/until-aborted.js'
import { checkOneOf } from '../checks/check-one-of.js'
import type { Embedder, EmbedProgress } from '../embedder/embedder-types.js'
import { ArgumentRangeError } from '../errors.js'
import { checkAdapterOptions, checkEmbedder } from './adapter-options.js'
import type {
  EmbedCallOptions,
  EmbeddingModel,
  EmbeddingProvider,
  SpecificationVersion,
  VersionOptions,
} from './ai-sdk-types.js'
import { type LoadEmbedder, loadOnce } from './load-once.js'

export type { AdapterOptions } from './adapter-options.js'
export type * from './ai-sdk-types.js'
export type { LoadEmbedder } from './load-once.js'

/**
 * Returns an embedding model for `embed` and `embedMany` of the AI SDK. The SDK needs lists of numbers. They have the
 * values of the embedder's vectors.
 *
 * @throws {ArgumentTypeError | ArgumentRangeError} `INVALID_OPTION`
 * @example
 * const model = toEmbeddingModel(await createEmbedder({ model: 'sentence-transformers/all-MiniLM-L6-v2' }))
 * const { embeddings } = await embedMany({ model, values: ['knight', 'squire'] })
 */
export function toEmbeddingModel<Version extends SpecificationVersion = 'v4'>(
  embedder: Embedder,
  { specificationVersion, ...options }: EmbedCallOptions & VersionOptions<Version> = {},
): EmbeddingModel<Version> {
  checkEmbedder('The first argument of toEmbeddingModel', embedder)
  checkAdapterOptions('toEmbeddingModel', options)
  const version = versionOf(specificationVersion)
  return assembleModel({ modelId: embedder.model, version, options, load: async () => embedder })
}

/**
 * Returns a provider, as for the SDK's `createProviderRegistry`. A model is loaded at its first call, and kept.
 *
 * @param load Makes the embedder of a model. A failure is not kept: the next call tries again.
 * @throws {ArgumentTypeError | ArgumentRangeError} `INVALID_OPTION`
 * @example
 * const provider = createProvider((model) => createEmbedder({ model, dtype: 'q8' }))
 * const model = provider.embeddingModel('sentence-transformers/all-MiniLM-L6-v2')
 */
export function createProvider<Version extends SpecificationVersion = 'v4'>(
  load: LoadEmbedder,
  { specificationVersion }: VersionOptions<Version> = {},
): EmbeddingProvider<Version> {
  const version = versionOf(specificationVersion)
  const loadModel = loadOnce('createProvider', load)
  const embeddingModel = (modelId: string) =>
    assembleModel({ modelId, version, options: {}, load: () => loadModel(modelId) })
  return {
    specificationVersion: version,
    embeddingModel,
    textEmbeddingModel: embeddingModel,
    languageModel: (modelId) => refuseModel('language', modelId),
    imageModel: (modelId) => refuseModel('image', modelId),
  }
}

interface ModelParts<Version> {
  readonly modelId: string
  readonly version: Version
  readonly options: EmbedCallOptions
  readonly load: () => Promise<Embedder>
}

/** Returns a plain object: the SDK wraps models in a `Proxy`, which private fields do not survive. */
function assembleModel<Version extends SpecificationVersion>({
  modelId,
  version,
  options,
  load,
}: ModelParts<Version>): EmbeddingModel<Version> {
  return {
    specificationVersion: version,
    provider: 'bert-embed',
    modelId,
    // The embedder batches the texts of a call by length, and shares batches between calls.
    maxEmbeddingsPerCall: Number.POSITIVE_INFINITY,
    supportsParallelCalls: true,
    async doEmbed({ values, abortSignal: signal, dimensions, providerOptions }) {
      const { inputType, ...own }: EmbedCallOptions = { ...options, ...providerOptions?.bertEmbed }
      checkAdapterOptions('providerOptions.bertEmbed', own)
      if (inputType !== undefined) checkOneOf('inputType', inputType, ['query', 'document'])
      signal?.throwIfAborted()
      const embedder = await untilAborted(load(), signal)
      let tokens = 0
      const onProgress = ({ textsDone, textsTotal, tokensTotal }: EmbedProgress) => {
        if (textsDone === textsTotal) tokens += tokensTotal
      }
      const call = { ...own, truncateDim: dimensions ?? own.truncateDim, signal, onProgress }
      const vectors =
        inputType === 'query'
          ? await Promise.all(values.map((value) => embedder.embedQuery(value, call)))
          : await embedder[inputType === 'document' ? 'embedDocuments' : 'embed'](values, call)
      return { embeddings: vectors.map((vector) => Array.from(vector)), usage: { tokens }, warnings: [] }
    },
  }
}

function versionOf<Version extends SpecificationVersion>(version: Version | undefined): Version {
  if (version === undefined) return 'v4' as Version // the default of the type
  checkOneOf('specificationVersion', version, ['v2', 'v3', 'v4'])
  return version
}

function refuseModel(kind: string, modelId: string): never {
  throw new ArgumentRangeError(
    'INVALID_OPTION',
    `bert-embed has embedding models only: ${modelId} cannot be a ${kind} model.`,
  )
}
