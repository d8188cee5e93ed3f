/** From a model's files to an embedder: (source, backend, options) -> Embedder. */

import { assembleEmbedder } from './assemble-embedder.js'
import type { Backend, Device } from './backends/backend.js'
import type { Embedder } from './embedder.js'
import { checkMaxLength, checkNormalize, type EmbedderSettings } from './embedder-settings.js'
import { ArgumentRangeError, ArgumentTypeError, BertEmbedError, describe } from './errors.js'
import { loadWeights } from './load-weights.js'
import { type BertConfig, parseBertConfig } from './model/bert-config.js'
import { bertGraph } from './model/onnx/bert-graph.js'
import { encodeModel } from './model/onnx/onnx-proto.js'
import {
  parseModules,
  parsePoolingConfig,
  parsePrompts,
  parseSentenceBertConfig,
  type SentenceModules,
} from './model/sentence-config.js'
import { type ModelSource, type OpenOptions, readJson, readText } from './sources/model-source.js'
import { subfolderSource } from './sources/subfolder.js'
import { type Pooling, toPoolingModes } from './tensor/pooling.js'
import { createTokenizer, type Tokenizer } from './text/tokenizer.js'

/** What can be chosen of a model, wherever it comes from. */
export interface LoadOptions extends OpenOptions {
  /** The numbers the model computes with; the published float32 weights, as they are. @default 'fp32' */
  readonly dtype?: 'fp32' | undefined
  /** Where it runs. @default 'cpu' in Node, 'wasm' on the web */
  readonly device?: Device | undefined
  /** Threads of one run. @default the runtime's own choice, a thread for each core */
  readonly threads?: number | undefined
  /** The most tokens, padding included, that go through the model at once. @default 1024 */
  readonly maxBatchTokens?: number | undefined
  /** How token vectors become one. @default what the model's files say, or else 'mean' */
  readonly pooling?: Pooling | undefined
  /** Scale vectors to length 1. @default what the model's files say, or else false */
  readonly normalize?: boolean | undefined
  /** The most tokens of a text, [CLS] and [SEP] included. @default what the model's files say */
  readonly maxLength?: number | undefined
}

/**
 * Small batches of like lengths are as fast as large ones on a CPU, and keep memory small; between 512 and 2,048 tokens
 * nothing was gained or lost.
 */
const defaultMaxBatchTokens = 1024

/**
 * Loads a model of any source on any backend.
 *
 * @throws {ArgumentTypeError | ArgumentRangeError} `INVALID_OPTION`
 * @throws {BertEmbedError} for files that are missing, broken, or of a model that is not supported, and what source
 * and backend throw; see {@link ErrorCode}.
 * @example
 * const embedder = await loadEmbedder(memorySource(files), nodeBackend())
 */
export async function loadEmbedder(
  source: ModelSource,
  backend: Backend,
  options: LoadOptions = {},
): Promise<Embedder> {
  checkPort(source, 'open', 'model')
  checkPort(backend, 'createSession', 'backend')
  checkOptions(options)
  const { signal } = options
  signal?.throwIfAborted()
  const modulesJson = await readJson(source, 'modules.json', options)
  const modules = modulesJson === undefined ? bareCheckpoint : parseModules(modulesJson)
  const encoder = subfolderSource(source, modules.transformerPath)

  const config = parseBertConfig(await readRequired(encoder, 'config.json', options))
  const tokenizer = await readTokenizer(encoder, options)
  checkVocabulary(tokenizer, config, source)
  const settings = await readSettings({ source, encoder, modules, config, tokenizer, options })

  const { files, weights } = await loadWeights(encoder, options)
  signal?.throwIfAborted()
  const session = await backend.createSession(
    { files, encode: (locate) => encodeModel(bertGraph({ config, weights, locate })) },
    options,
  )
  if (signal?.aborted) await session.dispose()
  signal?.throwIfAborted()
  return assembleEmbedder({ model: source.name, session, tokenizer, settings })
}

/** What sentence-transformers makes of a checkpoint without `modules.json`: mean pooling, no normalisation. */
const bareCheckpoint: SentenceModules = { transformerPath: '', poolingPath: undefined, normalize: false }

/** Everything about options that can be told before a file is opened. */
function checkOptions({
  dtype = 'fp32',
  maxBatchTokens = defaultMaxBatchTokens,
  pooling,
  normalize,
}: LoadOptions): void {
  if (dtype !== 'fp32')
    throw new ArgumentRangeError(
      'INVALID_OPTION',
      `dtype ${describe(dtype)} is not supported; supported: "fp32".`,
    )
  if (!(Number.isSafeInteger(maxBatchTokens) && maxBatchTokens >= 1))
    throw new ArgumentRangeError(
      'INVALID_OPTION',
      `maxBatchTokens is ${describe(maxBatchTokens)}, not a whole number above 0.`,
    )
  if (pooling !== undefined) toPoolingModes(pooling)
  checkNormalize(normalize)
}

/** Sources and backends may be the caller's own. */
function checkPort(port: ModelSource | Backend, method: string, option: string): void {
  if (typeof (port as unknown as Record<string, unknown> | null)?.[method] !== 'function')
    throw new ArgumentTypeError(
      'INVALID_OPTION',
      `${option} is ${describe(port)}, which has no method ${method}.`,
    )
}

async function readRequired(source: ModelSource, path: string, options: OpenOptions): Promise<unknown> {
  const json = await readJson(source, path, options)
  if (json !== undefined) return json
  throw new BertEmbedError('FILE_NOT_FOUND', `${source.name} has no ${path}: is it a model?`)
}

async function readTokenizer(source: ModelSource, options: OpenOptions): Promise<Tokenizer> {
  const tokenizerConfig = await readJson(source, 'tokenizer_config.json', options)
  const tokenizerJson = await readJson(source, 'tokenizer.json', options)
  if (tokenizerJson !== undefined) return createTokenizer({ tokenizerJson, tokenizerConfig })
  const vocab = await readText(source, 'vocab.txt', options)
  if (vocab !== undefined) return createTokenizer({ vocab, tokenizerConfig })
  throw new BertEmbedError('FILE_NOT_FOUND', `${source.name} has no tokenizer.json (nor vocab.txt).`)
}

/** A token without a row in the embedding table would fail in the middle of a batch. */
function checkVocabulary(tokenizer: Tokenizer, config: BertConfig, source: ModelSource): void {
  if (tokenizer.vocabSize > config.vocabSize)
    throw new BertEmbedError(
      'INVALID_TOKENIZER',
      `${source.name}: the tokenizer has ids up to ${tokenizer.vocabSize - 1}, but config.json has vocab_size ` +
        `${config.vocabSize}. Do the tokenizer and the weights belong together?`,
    )
}

interface SettingsInputs {
  readonly source: ModelSource
  readonly encoder: ModelSource
  readonly modules: SentenceModules
  readonly config: BertConfig
  readonly tokenizer: Tokenizer
  readonly options: LoadOptions
}

/** The caller's options first, then the model's own files, then what a bare checkpoint gets. */
async function readSettings(inputs: SettingsInputs): Promise<EmbedderSettings> {
  const { source, encoder, modules, config, tokenizer, options } = inputs
  const pooling =
    modules.poolingPath === undefined
      ? parsePoolingConfig({})
      : parsePoolingConfig(
          await readRequired(subfolderSource(source, modules.poolingPath), 'config.json', options),
        )
  const sentence = parseSentenceBertConfig(
    (await readJson(encoder, 'sentence_bert_config.json', options)) ?? {},
  )
  const prompts = parsePrompts((await readJson(source, 'config_sentence_transformers.json', options)) ?? {})

  const positions = config.maxPositionEmbeddings
  const ownMaxLength = Math.min(sentence.maxLength ?? tokenizer.maxLength ?? positions, positions)
  return {
    ...prompts,
    hiddenSize: config.hiddenSize,
    positions,
    maxLength: options.maxLength === undefined ? ownMaxLength : checkMaxLength(options.maxLength, positions),
    maxBatchTokens: options.maxBatchTokens ?? defaultMaxBatchTokens,
    pooling: options.pooling === undefined ? pooling.pooling : toPoolingModes(options.pooling),
    normalize: options.normalize,
    endsNormalized: modules.normalize,
    lowerCase: sentence.doLowerCase,
    includePrompt: pooling.includePrompt,
  }
}
