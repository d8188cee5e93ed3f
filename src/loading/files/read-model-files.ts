/** Reads a model's small files: its config, its tokenizer and the settings of sentence-transformers. */

import { isJsonObject } from '../../checks/json.js'
import { BertEmbedError } from '../../errors.js'
import { parseEncoder } from '../../model/architectures/parse-encoder.js'
import type { EncoderShape } from '../../model/config/encoder-shape.js'
import type { Encoder } from '../../model/encoder.js'
import { fileNotFound, type ModelSource, type OpenOptions, readJson } from '../../sources/model-source.js'
import type { Tokenizer } from '../../text/tokenizer.js'
import type { Pack, PackOptions } from '../pack/pack.js'
import type { SentenceSettings } from './read-sentence-files.js'
import { readTokenizer } from './read-tokenizer.js'

export interface ModelFiles {
  /** Where the encoder's files are, its weights among them. */
  readonly encoderFiles: ModelSource
  /** Set if the weights are converted already. */
  readonly pack: Pack | undefined
  /** `undefined` for an unknown architecture, which only the repository's ONNX graph can run. */
  readonly encoder: Encoder | undefined
  readonly shape: EncoderShape
  readonly tokenizer: Tokenizer
  /** How the model is used by default. */
  readonly sentence: SentenceSettings
  /** Maximum number of tokens of a text by default. */
  readonly maxLength: number
}

export interface ModelFilesOptions extends OpenOptions, PackOptions {
  /** A tokenizer to use instead of the model's. */
  readonly tokenizer?: Tokenizer | undefined
}

/**
 * The settings of a checkpoint without `modules.json`, as sentence-transformers has them: mean pooling, no
 * normalisation. The other files of sentence-transformers are ignored then.
 */
const bareCheckpoint: SentenceSettings = {
  maxLength: undefined,
  doLowerCase: false,
  pooling: ['mean'],
  includePrompt: true,
  headModules: [],
  endsNormalized: false,
  prompts: {},
  defaultPromptName: undefined,
  truncateDim: undefined,
  similarityFunction: 'cosine',
}

/** @throws {BertEmbedError} when a required file is missing, or a file is invalid. */
export async function readModelFiles(source: ModelSource, options: ModelFilesOptions): Promise<ModelFiles> {
  const modulesJson = await readJson(source, 'modules.json', options)
  const { encoderFiles, sentence } =
    modulesJson === undefined
      ? { encoderFiles: source, sentence: bareCheckpoint }
      : // Imported on demand: a bare checkpoint has none of these files.
        await (await import('./read-sentence-files.js')).readSentenceFiles(source, modulesJson, options)

  const configJson = await readRequiredJson(encoderFiles, 'config.json', options)
  const pack = await readPack(configJson, options, source)
  const encoder = await parseKnownEncoder(configJson, options)
  const shape = encoder ?? (await import('../../model/config/encoder-shape.js')).parseEncoderShape(configJson)
  const tokenizer = await readTokenizer(encoderFiles, {
    ...options,
    config: configJson,
    tableSize: shape.vocabSize,
    lowercase: sentence.doLowerCase,
  })
  checkVocabulary(tokenizer, shape, source)

  const { maxTokens } = shape
  const maxLength = Math.min(sentence.maxLength ?? tokenizer.maxLength ?? maxTokens, maxTokens)
  return { encoderFiles, pack, encoder, shape, tokenizer, sentence, maxLength }
}

/** Returns `undefined` for a model as it was published. */
async function readPack(configJson: unknown, options: PackOptions, { name }: ModelSource) {
  if (!isJsonObject(configJson) || configJson.bert_embed === undefined) return undefined
  const { checkPackOptions, parsePack } = await import('../pack/pack.js')
  const pack = parsePack(configJson.bert_embed, name)
  checkPackOptions(pack, options, name)
  return pack
}

/** Returns `undefined` for an unknown architecture if the repository's ONNX graph may run it. */
async function parseKnownEncoder(json: unknown, { onnx = false }: ModelFilesOptions) {
  try {
    return await parseEncoder(json)
  } catch (error) {
    if (onnx !== false && error instanceof BertEmbedError && error.code === 'UNSUPPORTED_MODEL')
      return undefined
    throw error
  }
}

async function readRequiredJson(source: ModelSource, path: string, options: OpenOptions): Promise<unknown> {
  const json = await readJson(source, path, options)
  if (json !== undefined) return json
  throw fileNotFound(source, `${path}: is it a model?`)
}

/** Refuses a tokenizer with ids beyond the embedding table: they would fail in the middle of a batch. */
function checkVocabulary(tokenizer: Tokenizer, encoder: EncoderShape, source: ModelSource): void {
  if (tokenizer.vocabSize > encoder.vocabSize)
    throw new BertEmbedError(
      'INVALID_TOKENIZER',
      `${source.name}: the tokenizer has ids up to ${tokenizer.vocabSize - 1}, but config.json has vocab_size ` +
        `${encoder.vocabSize}. Do the tokenizer and the weights belong together?`,
    )
}
