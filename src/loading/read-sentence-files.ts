/** Reads what sentence-transformers' files say of a model, where there are any. */

import {
  parsePoolingConfig,
  parsePrompts,
  parseSentenceBertConfig,
  type SentencePooling,
  type SentencePrompts,
  type SentenceTransformerConfig,
} from '../model/config/sentence-config.js'
import { type HeadModule, parseModules } from '../model/config/sentence-modules.js'
import { fileNotFound, type ModelSource, type OpenOptions, readJson } from '../sources/model-source.js'
import { subfolderSource } from '../sources/subfolder.js'

export interface SentenceFiles extends SentencePrompts, SentencePooling, SentenceTransformerConfig {
  /** Where the encoder's own files lie, its weights with them. */
  readonly encoderFiles: ModelSource
  /** What comes after the pooling, up to the normalisation that the model may end with. */
  readonly headModules: readonly HeadModule[]
  /** The model ends with a module that scales vectors to length 1. */
  readonly endsNormalized: boolean
}

/** In the order in which they are looked for: old models name the file of the encoder's settings after its architecture. */
const architectures = ['bert', 'roberta', 'distilbert', 'camembert', 'albert', 'xlm-roberta', 'xlnet']

/**
 * @param modulesJson The parsed JSON of the model's `modules.json`.
 * @throws {BertEmbedError} for files that are missing, wrong, or ask for what the library does not have.
 */
export async function readSentenceFiles(
  source: ModelSource,
  modulesJson: unknown,
  options: OpenOptions,
): Promise<SentenceFiles> {
  const { transformerPath, poolingPath, head, normalize } = parseModules(modulesJson)
  const encoderFiles = subfolderSource(source, transformerPath)
  const [poolingJson, promptsJson, transformer] = await Promise.all([
    poolingPath === undefined ? {} : readPooling(source, `${poolingPath}/config.json`, options),
    readJson(source, 'config_sentence_transformers.json', options),
    readEncoderSettings(encoderFiles, options),
  ])
  return {
    encoderFiles,
    ...transformer,
    ...parsePoolingConfig(poolingJson),
    ...parsePrompts(promptsJson ?? {}),
    headModules: head,
    endsNormalized: normalize,
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
