/**
 * Reads the settings in sentence-transformers' files: pooling, prompts, and the similarity function.
 *
 * Both generations of the format are supported. The newer one is that of sentence-transformers 5.4.
 */

import { BertEmbedError, describe } from '../../errors.js'
import { type PoolingMode, poolingModes } from '../../tensor/pooling-modes.js'
import { type SimilarityMetric, similarityMetrics } from '../../vectors/similarity-metrics.js'
import { configFields } from './config-fields.js'

export interface SentencePooling {
  readonly pooling: readonly PoolingMode[]
  /** Whether pooling includes the tokens of the prompt. */
  readonly includePrompt: boolean
}

/** Booleans of the older generation, in the order in which their vectors are concatenated. */
const poolingFlags: readonly (readonly [string, PoolingMode])[] = [
  ['pooling_mode_cls_token', 'cls'],
  ['pooling_mode_max_tokens', 'max'],
  ['pooling_mode_mean_tokens', 'mean'],
  ['pooling_mode_mean_sqrt_len_tokens', 'mean_sqrt_len_tokens'],
  ['pooling_mode_weightedmean_tokens', 'weightedmean'],
  ['pooling_mode_lasttoken', 'lasttoken'],
]

/**
 * Reads `1_Pooling/config.json`.
 *
 * @throws {BertEmbedError} `INVALID_CONFIG`, `UNSUPPORTED_MODEL` for an unknown mode.
 */
export function parsePoolingConfig(json: unknown, { file = '1_Pooling/config.json' } = {}): SentencePooling {
  const fields = configFields(json, file)
  const includePrompt = fields.get('include_prompt') !== false
  const named = fields.get('pooling_mode')
  if (named !== undefined) {
    const names: readonly unknown[] = [named].flat()
    const unknown = names.find((name) => !isPoolingMode(name))
    if (unknown !== undefined || names.length === 0)
      throw new BertEmbedError(
        'UNSUPPORTED_MODEL',
        `${file}: pooling_mode ${describe(unknown ?? [])} is not supported; supported: ${poolingModes.join(', ')}.`,
      )
    return { pooling: names.filter(isPoolingMode), includePrompt }
  }
  const pooling = poolingFlags.filter(([flag]) => fields.get(flag) === true).map(([, mode]) => mode)
  return { pooling: pooling.length > 0 ? pooling : ['mean'], includePrompt }
}

export interface SentenceTransformerConfig {
  /** In tokens. */
  readonly maxLength: number | undefined
  /** Whether texts are lowercased before tokenization. */
  readonly doLowerCase: boolean
}

/** Reads `sentence_bert_config.json`. @throws {BertEmbedError} `INVALID_CONFIG`, `UNSUPPORTED_MODEL` */
export function parseSentenceBertConfig(
  json: unknown,
  { file = 'sentence_bert_config.json' } = {},
): SentenceTransformerConfig {
  const fields = configFields(json, file)
  const maxLength = fields.integer('max_seq_length', undefined, {})
  // Models for other tasks, images or audio have other values here.
  for (const [name, expected] of Object.entries(transformerFields)) fields.oneOf(name, expected, [expected])
  return { maxLength, doLowerCase: fields.get('do_lower_case') === true }
}

const transformerFields = { transformer_task: 'feature-extraction', module_output_name: 'token_embeddings' }

export interface SentencePrompts {
  /** Prefixes by name. */
  readonly prompts: Readonly<Record<string, string>>
  /** Name of the prompt that texts get by default. */
  readonly defaultPromptName: string | undefined
  /** Number of values to keep of each vector. */
  readonly truncateDim: number | undefined
  readonly similarityFunction: SimilarityMetric
}

/** Reads `config_sentence_transformers.json`. @throws {BertEmbedError} `INVALID_CONFIG`, `UNSUPPORTED_MODEL` */
export function parsePrompts(
  json: unknown,
  { file = 'config_sentence_transformers.json' } = {},
): SentencePrompts {
  const fields = configFields(json, file)
  const prompts: Record<string, string> = Object.create(null)
  const promptFields = configFields(fields.get('prompts') ?? {}, `${file}: prompts`)
  for (const [name, value] of Object.entries(promptFields.json)) {
    const prompt = value ?? ''
    if (typeof prompt !== 'string')
      throw new BertEmbedError(
        'INVALID_CONFIG',
        `${file}: prompt ${name} is ${describe(prompt)}, not a string.`,
      )
    prompts[name] = prompt
  }
  const defaultPromptName = fields.get('default_prompt_name')
  if (defaultPromptName !== undefined && !isKeyOf(prompts, defaultPromptName))
    throw new BertEmbedError(
      'INVALID_CONFIG',
      `${file}: default_prompt_name ${describe(defaultPromptName)} is not one of ${Object.keys(prompts).join(', ')}.`,
    )
  return {
    prompts,
    defaultPromptName,
    truncateDim: fields.integer('truncate_dim', undefined, {}),
    similarityFunction: parseSimilarity(fields.get('similarity_fn_name'), file),
  }
}

function parseSimilarity(name: unknown, file: string): SimilarityMetric {
  const metric = similarityMetrics.find((known) => known === (name ?? 'cosine'))
  if (metric) return metric
  throw new BertEmbedError(
    'UNSUPPORTED_MODEL',
    `${file}: similarity_fn_name ${describe(name)} is not supported; supported: ${similarityMetrics.join(', ')}.`,
  )
}

function isPoolingMode(value: unknown): value is PoolingMode {
  return poolingModes.some((mode) => mode === value)
}

function isKeyOf(prompts: Readonly<Record<string, string>>, name: unknown): name is string {
  return typeof name === 'string' && name in prompts
}
