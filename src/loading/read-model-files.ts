/** Reads the small files of a model: what it is, how it tokenizes, and what it says of its own use. */

import { BertEmbedError } from '../errors.js'
import { parseEncoder } from '../model/architectures/parse-encoder.js'
import type { EncoderShape } from '../model/config/encoder-shape.js'
import type { SentencePooling, SentencePrompts } from '../model/config/sentence-config.js'
import type { HeadModule } from '../model/config/sentence-modules.js'
import type { Encoder } from '../model/encoder.js'
import { fileNotFound, type ModelSource, type OpenOptions, readJson } from '../sources/model-source.js'
import type { Tokenizer } from '../text/tokenizer.js'
import type { SentenceFiles } from './read-sentence-files.js'
import { readTokenizer } from './read-tokenizer.js'

/** How the model is used unless the caller says otherwise. */
export interface ModelFileSettings extends SentencePrompts, SentencePooling {
  /** In tokens. */
  readonly maxLength: number
  /** The model ends with a module that scales vectors to length 1. */
  readonly endsNormalized: boolean
}

export interface ModelFiles extends ModelFileSettings {
  /** Where the encoder's own files lie, its weights with them. */
  readonly encoderFiles: ModelSource
  /** `undefined` for an architecture that only a graph of its own can run. */
  readonly encoder: Encoder | undefined
  readonly shape: EncoderShape
  readonly tokenizer: Tokenizer
  /** What comes after the pooling, up to the normalisation that the model may end with. */
  readonly headModules: readonly HeadModule[]
}

export interface ModelFilesOptions extends OpenOptions {
  /** Whether a graph of the repository's own is to run. @default false */
  readonly onnx?: boolean | string | undefined
  /** The caller's, in the place of the model's own. */
  readonly tokenizer?: Tokenizer | undefined
}

/**
 * What sentence-transformers makes of a checkpoint without `modules.json`: mean pooling, no normalisation. Its other files
 * count only beside that one.
 */
const bareCheckpoint: Omit<SentenceFiles, 'encoderFiles'> = {
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

/** @throws {BertEmbedError} for a file that has to be there and is not, and for what is wrong with those that are. */
export async function readModelFiles(source: ModelSource, options: ModelFilesOptions): Promise<ModelFiles> {
  const modulesJson = await readJson(source, 'modules.json', options)
  const { encoderFiles, maxLength, doLowerCase, ...settings } =
    modulesJson === undefined
      ? { ...bareCheckpoint, encoderFiles: source }
      : // Loaded when it is needed: a bare checkpoint has none of these files.
        await (await import('./read-sentence-files.js')).readSentenceFiles(source, modulesJson, options)

  const configJson = await readRequiredJson(encoderFiles, 'config.json', options)
  const encoder = await parseKnownEncoder(configJson, options)
  const shape = encoder ?? (await import('../model/config/encoder-shape.js')).parseEncoderShape(configJson)
  const tokenizer = await readTokenizer(encoderFiles, {
    ...options,
    config: configJson,
    tableSize: shape.vocabSize,
    lowercase: doLowerCase,
  })
  checkVocabulary(tokenizer, shape, source)

  const positions = shape.maxTokens
  return {
    ...settings,
    encoderFiles,
    encoder,
    shape,
    tokenizer,
    maxLength: Math.min(maxLength ?? tokenizer.maxLength ?? positions, positions),
  }
}

/** A graph of the repository's own may be of an architecture that the library does not know. */
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

/** A token without a row in the embedding table would fail in the middle of a batch. */
function checkVocabulary(tokenizer: Tokenizer, encoder: EncoderShape, source: ModelSource): void {
  if (tokenizer.vocabSize > encoder.vocabSize)
    throw new BertEmbedError(
      'INVALID_TOKENIZER',
      `${source.name}: the tokenizer has ids up to ${tokenizer.vocabSize - 1}, but config.json has vocab_size ` +
        `${encoder.vocabSize}. Do the tokenizer and the weights belong together?`,
    )
}
