/**
 * What sentence-transformers' files say of a model: how it pools, normalises, and what it puts before a text.
 *
 * Both generations of the format are read; where they differ, the newer one is that of sentence-transformers 5.4.
 */

import { BertEmbedError, describe } from '../errors.js'
import { isJsonObject } from '../json.js'
import { type PoolingMode, poolingModes } from '../tensor/pooling.js'

/** The pipeline in `modules.json`: the encoder, then pooling, then perhaps normalisation. */
export interface SentenceModules {
  /** The folder of the encoder's files; '' is the model's own. */
  readonly transformerPath: string
  readonly poolingPath: string | undefined
  readonly normalize: boolean
}

/** @throws {BertEmbedError} `INVALID_CONFIG`, or `UNSUPPORTED_MODEL` for a module that the library does not have. */
export function parseModules(json: unknown, { file = 'modules.json' } = {}): SentenceModules {
  if (!Array.isArray(json)) throw invalid(`${file}: expected a list of modules, found ${describe(json)}.`)
  const modules = json.map((entry: unknown, position) => {
    const { type, path = '' } = asObject(entry, `${file}: module ${position}`)
    if (typeof type !== 'string')
      throw invalid(`${file}: module ${position} has type ${describe(type)}, not a name.`)
    if (typeof path !== 'string' || path.split('/').includes('..'))
      throw invalid(`${file}: module ${position} has path ${describe(path)}, not a folder of the model.`)
    // The classes moved between versions; their last names stayed.
    return { kind: type.split('.').at(-1)!, type, path: path.replace(/\/+$/, '') }
  })
  const kinds = modules.map(({ kind }) => kind)
  const order = ['Transformer', 'Pooling', 'Dropout', 'Normalize']
  const unknown = modules.find(({ kind }) => !order.includes(kind))
  if (unknown)
    throw new BertEmbedError(
      'UNSUPPORTED_MODEL',
      `${file}: module ${unknown.type} is not supported; supported: ${order.join(', ')}.`,
    )
  const ranks = kinds.map((kind) => order.indexOf(kind))
  if (kinds[0] !== 'Transformer' || ranks.some((rank, i) => i > 0 && rank <= ranks[i - 1]!))
    throw new BertEmbedError(
      'UNSUPPORTED_MODEL',
      `${file}: modules ${kinds.join(', ')} in this order are not supported; supported: Transformer, Pooling, Normalize.`,
    )
  return {
    transformerPath: modules[0]!.path,
    poolingPath: modules.find(({ kind }) => kind === 'Pooling')?.path,
    normalize: kinds.includes('Normalize'),
  }
}

export interface SentencePooling {
  readonly pooling: readonly PoolingMode[]
  /** Whether the tokens of a prompt are pooled too. */
  readonly includePrompt: boolean
}

/** The booleans of the older generation, in the order in which their vectors are concatenated. */
const poolingFlags: readonly (readonly [string, PoolingMode])[] = [
  ['pooling_mode_cls_token', 'cls'],
  ['pooling_mode_max_tokens', 'max'],
  ['pooling_mode_mean_tokens', 'mean'],
  ['pooling_mode_mean_sqrt_len_tokens', 'mean_sqrt_len_tokens'],
  ['pooling_mode_weightedmean_tokens', 'weightedmean'],
  ['pooling_mode_lasttoken', 'lasttoken'],
]

/** `1_Pooling/config.json`. @throws {BertEmbedError} `INVALID_CONFIG`, `UNSUPPORTED_MODEL` for an unknown mode. */
export function parsePoolingConfig(json: unknown, { file = '1_Pooling/config.json' } = {}): SentencePooling {
  const fields = asObject(json, file)
  const includePrompt = fields.include_prompt !== false
  if (fields.pooling_mode != null) {
    const names: readonly unknown[] = [fields.pooling_mode].flat()
    const unknown = names.find((name) => !isPoolingMode(name))
    if (unknown !== undefined || names.length === 0)
      throw new BertEmbedError(
        'UNSUPPORTED_MODEL',
        `${file}: pooling_mode ${describe(unknown ?? [])} is not supported; supported: ${poolingModes.join(', ')}.`,
      )
    return { pooling: names.filter(isPoolingMode), includePrompt }
  }
  const pooling = poolingFlags.filter(([flag]) => fields[flag] === true).map(([, mode]) => mode)
  return { pooling: pooling.length > 0 ? pooling : ['mean'], includePrompt }
}

/** `sentence_bert_config.json`. @throws {BertEmbedError} `INVALID_CONFIG` */
export function parseSentenceBertConfig(json: unknown, { file = 'sentence_bert_config.json' } = {}) {
  const { max_seq_length: maxLength, do_lower_case: doLowerCase } = asObject(json, file)
  if (maxLength != null && !isPositiveInteger(maxLength))
    throw invalid(`${file}: max_seq_length is ${describe(maxLength)}, not a whole number above 0.`)
  return {
    maxLength: isPositiveInteger(maxLength) ? maxLength : undefined,
    doLowerCase: doLowerCase === true,
  }
}

export interface SentencePrompts {
  /** Prefixes by name. */
  readonly prompts: Readonly<Record<string, string>>
  /** The name of the prompt that every text gets unless told otherwise. */
  readonly defaultPromptName: string | undefined
  /** Keep this many of each vector's values. */
  readonly truncateDim: number | undefined
}

/** `config_sentence_transformers.json`. @throws {BertEmbedError} `INVALID_CONFIG` */
export function parsePrompts(
  json: unknown,
  { file = 'config_sentence_transformers.json' } = {},
): SentencePrompts {
  const fields = asObject(json, file)
  const prompts: Record<string, string> = Object.create(null)
  for (const [name, prompt] of Object.entries(asObject(fields.prompts ?? {}, `${file}: prompts`))) {
    if (typeof prompt !== 'string')
      throw invalid(`${file}: prompt ${name} is ${describe(prompt)}, not a string.`)
    prompts[name] = prompt
  }
  const { default_prompt_name: name, truncate_dim: truncateDim } = fields
  if (name != null && !(typeof name === 'string' && name in prompts))
    throw invalid(
      `${file}: default_prompt_name ${describe(name)} is none of ${Object.keys(prompts).join(', ')}.`,
    )
  if (truncateDim != null && !isPositiveInteger(truncateDim))
    throw invalid(`${file}: truncate_dim is ${describe(truncateDim)}, not a whole number above 0.`)
  return {
    prompts,
    defaultPromptName: typeof name === 'string' ? name : undefined,
    truncateDim: isPositiveInteger(truncateDim) ? truncateDim : undefined,
  }
}

function isPoolingMode(value: unknown): value is PoolingMode {
  return poolingModes.some((mode) => mode === value)
}

function isPositiveInteger(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0
}

function asObject(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (isJsonObject(value)) return value
  throw invalid(`${what}: expected a JSON object, found ${describe(value)}.`)
}

function invalid(message: string): BertEmbedError {
  return new BertEmbedError('INVALID_CONFIG', message)
}
