/** Reads the small files of a model: what it is, how it tokenizes, and what it says of its own use. */

import { BertEmbedError } from './errors.js'
import { type BertConfig, parseBertConfig } from './model/bert-config.js'
import {
  parseModules,
  parsePoolingConfig,
  parsePrompts,
  parseSentenceBertConfig,
  type SentenceModules,
  type SentencePrompts,
} from './model/sentence-config.js'
import { type ModelSource, type OpenOptions, readJson, readText } from './sources/model-source.js'
import { subfolderSource } from './sources/subfolder.js'
import type { PoolingMode } from './tensor/pooling.js'
import { createTokenizer, type Tokenizer } from './text/tokenizer.js'

/** How the model is used unless the caller says otherwise. */
export interface ModelFileSettings extends SentencePrompts {
  /** In tokens. */
  readonly maxLength: number
  readonly pooling: readonly PoolingMode[]
  /** The model ends with a module that scales vectors to length 1. */
  readonly endsNormalized: boolean
  /** Whether the tokens of a prompt are pooled too. */
  readonly includePrompt: boolean
}

export interface ModelFiles extends ModelFileSettings {
  /** Where the encoder's own files lie, its weights with them. */
  readonly encoder: ModelSource
  readonly config: BertConfig
  readonly tokenizer: Tokenizer
}

/** What sentence-transformers makes of a checkpoint without `modules.json`: mean pooling, no normalisation. */
const bareCheckpoint: SentenceModules = { transformerPath: '', poolingPath: undefined, normalize: false }

/** @throws {BertEmbedError} for a file that has to be there and is not, and for what is wrong with those that are. */
export async function readModelFiles(source: ModelSource, options: OpenOptions): Promise<ModelFiles> {
  const modulesJson = await readJson(source, 'modules.json', options)
  const modules = modulesJson === undefined ? bareCheckpoint : parseModules(modulesJson)
  const encoder = subfolderSource(source, modules.transformerPath)

  const config = parseBertConfig(await readRequiredJson(encoder, 'config.json', options))
  const [sentenceJson, promptsJson, poolingJson] = await Promise.all([
    readJson(encoder, 'sentence_bert_config.json', options),
    readJson(source, 'config_sentence_transformers.json', options),
    modules.poolingPath === undefined
      ? {}
      : readRequiredJson(source, `${modules.poolingPath}/config.json`, options),
  ])
  const sentence = parseSentenceBertConfig(sentenceJson ?? {})
  const tokenizer = await readTokenizer(encoder, { ...options, lowercase: sentence.doLowerCase })
  checkVocabulary(tokenizer, config, source)

  const positions = config.maxPositionEmbeddings
  return {
    encoder,
    config,
    tokenizer,
    ...parsePoolingConfig(poolingJson),
    ...parsePrompts(promptsJson ?? {}),
    maxLength: Math.min(sentence.maxLength ?? tokenizer.maxLength ?? positions, positions),
    endsNormalized: modules.normalize,
  }
}

async function readRequiredJson(source: ModelSource, path: string, options: OpenOptions): Promise<unknown> {
  const json = await readJson(source, path, options)
  if (json !== undefined) return json
  throw new BertEmbedError('FILE_NOT_FOUND', `${source.name} has no ${path}: is it a model?`)
}

async function readTokenizer(
  source: ModelSource,
  options: OpenOptions & { readonly lowercase: boolean },
): Promise<Tokenizer> {
  const { lowercase } = options
  const [tokenizerConfig, tokenizerJson] = await Promise.all([
    readJson(source, 'tokenizer_config.json', options),
    readJson(source, 'tokenizer.json', options),
  ])
  if (tokenizerJson !== undefined) return createTokenizer({ tokenizerJson, tokenizerConfig, lowercase })
  const vocab = await readText(source, 'vocab.txt', options)
  if (vocab !== undefined) return createTokenizer({ vocab, tokenizerConfig, lowercase })
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
