/** Reads the settings of a sentence-transformers model. */

import {
  parsePoolingConfig,
  parsePrompts,
  parseSentenceBertConfig,
} from '../../model/config/sentence-config.js'
import { type HeadModule, parseModules } from '../../model/config/sentence-modules.js'
import { fileNotFound, type ModelSource, type OpenOptions, readJson } from '../../sources/model-source.js'
import { subfolderSource } from '../../sources/subfolder.js'
import type { PoolingMode } from '../../tensor/pooling-modes.js'
import type { SimilarityMetric } from '../../vectors/similarity-metrics.js'

/** How a sentence-transformers model is used. */
export interface SentenceSettings {
  /** Maximum number of tokens of a text; `undefined` if the files do not say. */
  readonly maxLength: number | undefined
  /** Whether texts are lowercased before they are tokenized. */
  readonly doLowerCase: boolean
  readonly pooling: readonly PoolingMode[]
  /** Whether the tokens of a prompt are pooled too. */
  readonly includePrompt: boolean
  /** The layers after the pooling, without the normalisation that the model may end with. */
  readonly headModules: readonly HeadModule[]
  /** Whether the model ends with a module that scales vectors to length 1. */
  readonly endsNormalized: boolean
  /** Prompts by name. */
  readonly prompts: Readonly<Record<string, string>>
  /** The name of the prompt that is put before every text by default. */
  readonly defaultPromptName: string | undefined
  /** How many of each vector's values are kept; `undefined` for all. */
  readonly truncateDim: number | undefined
  readonly similarityFunction: SimilarityMetric
}

export interface SentenceFiles {
  /** Where the encoder's files are, its weights among them. */
  readonly encoderFiles: ModelSource
  readonly sentence: SentenceSettings
}

/** Old models name the file of the encoder's settings after its architecture. The files are tried in this order. */
const architectures = ['bert', 'roberta', 'distilbert', 'camembert', 'albert', 'xlm-roberta', 'xlnet']

/**
 * @param modulesJson The parsed JSON of the model's `modules.json`.
 * @throws {BertEmbedError} when a file is missing or invalid, or needs an unsupported feature.
 */
export async function readSentenceFiles(
  source: ModelSource,
  modulesJson: unknown,
  options: OpenOptions,
): Promise<SentenceFiles> {
  const { transformerPath, poolingPath, head, normalize } = parseModules(modulesJson)
  const encoderFiles = subfolderSource(source, transformerPath)
  const [poolingJson, promptsJson, { maxLength, doLowerCase }] = await Promise.all([
    poolingPath === undefined ? {} : readPooling(source, `${poolingPath}/config.json`, options),
    readJson(source, 'config_sentence_transformers.json', options),
    readEncoderSettings(encoderFiles, options),
  ])
  const { pooling, includePrompt } = parsePoolingConfig(poolingJson)
  const prompts = parsePrompts(promptsJson ?? {})
  return {
    encoderFiles,
    sentence: {
      maxLength,
      doLowerCase,
      pooling,
      includePrompt,
      headModules: head,
      endsNormalized: normalize,
      prompts: prompts.prompts,
      defaultPromptName: prompts.defaultPromptName,
      truncateDim: prompts.truncateDim,
      similarityFunction: prompts.similarityFunction,
    },
  }
}

async function readPooling(source: ModelSource, path: string, options: OpenOptions): Promise<unknown> {
  const json = await readJson(source, path, options)
  if (json !== undefined) return json
  throw fileNotFound(source, `${path}, which modules.json names.`)
}

async function readEncoderSettings(source: ModelSource, options: OpenOptions) {
  for (const architecture of architectures) {
    const file = `sentence_${architecture}_config.json`
    const json = await readJson(source, file, options)
    if (json !== undefined) return parseSentenceBertConfig(json, { file })
  }
  return parseSentenceBertConfig({})
}
