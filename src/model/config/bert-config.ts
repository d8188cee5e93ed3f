/**
 * Start here: reads `config.json` of BERT, and of architectures that name the same things, into checked, typed data.
 */

import { BertEmbedError } from '../../errors.js'
import { activationNames, type HiddenAct } from '../activation-names.js'
import type { ConfigFields } from './config-fields.js'

/** The sizes and choices that define a BERT encoder (https://arxiv.org/abs/1810.04805, section 3). */
export interface BertConfig {
  readonly vocabSize: number
  readonly hiddenSize: number
  readonly numHiddenLayers: number
  readonly numAttentionHeads: number
  readonly intermediateSize: number
  readonly hiddenAct: HiddenAct
  readonly maxPositionEmbeddings: number
  readonly typeVocabSize: number
  readonly layerNormEps: number
}

/** Defaults of transformers' `BertConfig` for fields that the file lacks. */
const bertDefaults: BertConfig = {
  vocabSize: 30_522,
  hiddenSize: 768,
  numHiddenLayers: 12,
  numAttentionHeads: 12,
  intermediateSize: 3_072,
  hiddenAct: 'gelu',
  maxPositionEmbeddings: 512,
  typeVocabSize: 2,
  layerNormEps: 1e-12,
}

/**
 * Upper bounds of the values in a config. The largest published BERTs have 1,024 to 2,560 hidden units, 48 layers and
 * 500,000 words. The bounds leave an order of magnitude, and every product of two of them is a safe integer.
 */
export const maxSizes = {
  vocabSize: 10_000_000,
  hiddenSize: 65_536,
  numHiddenLayers: 1_024,
  numAttentionHeads: 4_096,
  intermediateSize: 1_048_576,
  maxPositionEmbeddings: 1_048_576,
  typeVocabSize: 65_536,
} as const

export type ConfigNames = Readonly<Record<keyof BertConfig, string>>

/** The differences between an architecture's config and BERT's. */
export interface ConfigDialect {
  readonly names?: Partial<ConfigNames> | undefined
  readonly defaults?: Partial<BertConfig> | undefined
  /** Values that the architecture fixes; the file's are ignored. */
  readonly fixed?: Partial<BertConfig> | undefined
}

/** @throws {BertEmbedError} `UNSUPPORTED_MODEL`, `INVALID_CONFIG` */
export function readBertConfig(fields: ConfigFields, dialect: ConfigDialect = {}): BertConfig {
  const defaults = { ...bertDefaults, ...dialect.defaults }
  const nameOf = (key: keyof BertConfig) => dialect.names?.[key] ?? snakeCase(key)
  const sizes = {} as Record<keyof typeof maxSizes, number>
  for (const key of Object.keys(maxSizes) as (keyof typeof maxSizes)[])
    sizes[key] = fields.integer(nameOf(key), defaults[key], { max: maxSizes[key] })
  const config: BertConfig = {
    ...sizes,
    hiddenAct: fields.oneOf(nameOf('hiddenAct'), defaults.hiddenAct, activationNames),
    layerNormEps: fields.number(nameOf('layerNormEps'), defaults.layerNormEps, { above: 0, below: 1 }),
    ...dialect.fixed,
  }
  const { hiddenSize, numAttentionHeads: heads } = config
  if (hiddenSize % heads === 0) return config
  throw new BertEmbedError(
    'INVALID_CONFIG',
    `${fields.file}: ${nameOf('hiddenSize')} is ${hiddenSize}, not a multiple of ${nameOf('numAttentionHeads')} ${heads}.`,
  )
}

/** A field's name in BERT's `config.json`: vocabSize is `vocab_size`. */
function snakeCase(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

/** @throws {BertEmbedError} `UNSUPPORTED_MODEL` for a decoder, or positions that are not absolute. */
export function refuseDecoders(fields: ConfigFields): void {
  fields.oneOf('position_embedding_type', 'absolute', ['absolute'])
  for (const name of ['is_decoder', 'add_cross_attention'])
    if (fields.get(name) === true)
      throw new BertEmbedError(
        'UNSUPPORTED_MODEL',
        `${fields.file}: ${name} is true; only encoders are supported, not decoders.`,
      )
}
