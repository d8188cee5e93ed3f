/** `config.json` of a BERT checkpoint, and of the many that name the same things, checked into typed data. */

import { BertEmbedError, describe } from '../../errors.js'
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

/** Activation functions by the names that Hugging Face's `ACT2FN` gives them. */
export const hiddenActs = [
  'gelu',
  'gelu_python',
  'gelu_10',
  'gelu_new',
  'gelu_fast',
  'gelu_accurate',
  'gelu_pytorch_tanh',
  'gelu_python_tanh',
  'quick_gelu',
  'relu',
  'relu2',
  'relu6',
  'leaky_relu',
  'silu',
  'swish',
  'mish',
  'tanh',
  'sigmoid',
  'linear',
] as const

export type HiddenAct = (typeof hiddenActs)[number]

/** The value transformers takes for a field that the file does not have (its `BertConfig`). */
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

/** The fields' names in `config.json`. */
const bertNames: ConfigNames = {
  vocabSize: 'vocab_size',
  hiddenSize: 'hidden_size',
  numHiddenLayers: 'num_hidden_layers',
  numAttentionHeads: 'num_attention_heads',
  intermediateSize: 'intermediate_size',
  hiddenAct: 'hidden_act',
  maxPositionEmbeddings: 'max_position_embeddings',
  typeVocabSize: 'type_vocab_size',
  layerNormEps: 'layer_norm_eps',
}

/**
 * The largest that we believe. The largest published BERTs have 1,024 to 2,560 hidden units, 48 layers and 500,000 words;
 * the bounds leave an order of magnitude and keep every product of two of them a safe integer.
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

/** What an architecture calls otherwise than BERT, and what it takes for fields that are absent. */
export interface ConfigDialect {
  readonly names?: Partial<ConfigNames> | undefined
  readonly defaults?: Partial<BertConfig> | undefined
  /** What is so whatever the file says. */
  readonly fixed?: Partial<BertConfig> | undefined
}

/** @throws {BertEmbedError} `UNSUPPORTED_MODEL`, `INVALID_CONFIG` */
export function readBertConfig(fields: ConfigFields, dialect: ConfigDialect = {}): BertConfig {
  const names = { ...bertNames, ...dialect.names }
  const defaults = { ...bertDefaults, ...dialect.defaults }
  const integer = (key: keyof typeof maxSizes) =>
    fields.integer(names[key], defaults[key], { max: maxSizes[key] })
  const config: BertConfig = {
    vocabSize: integer('vocabSize'),
    hiddenSize: integer('hiddenSize'),
    numHiddenLayers: integer('numHiddenLayers'),
    numAttentionHeads: integer('numAttentionHeads'),
    intermediateSize: integer('intermediateSize'),
    maxPositionEmbeddings: integer('maxPositionEmbeddings'),
    typeVocabSize: integer('typeVocabSize'),
    hiddenAct: fields.oneOf(names.hiddenAct, defaults.hiddenAct, hiddenActs),
    layerNormEps: fields.number(names.layerNormEps, defaults.layerNormEps, { above: 0, below: 1 }),
    ...dialect.fixed,
  }
  const { hiddenSize, numAttentionHeads } = config
  if (hiddenSize % numAttentionHeads === 0) return config
  throw new BertEmbedError(
    'INVALID_CONFIG',
    `${fields.file}: ${names.hiddenSize} is ${hiddenSize}, not a multiple of ${names.numAttentionHeads} ${numAttentionHeads}.`,
  )
}

/** @throws {BertEmbedError} `UNSUPPORTED_MODEL` for a decoder, or positions that are not absolute. */
export function refuseDecoders(fields: ConfigFields): void {
  fields.oneOf('position_embedding_type', 'absolute', ['absolute'])
  for (const name of ['is_decoder', 'add_cross_attention'])
    if (fields.get(name) === true)
      throw new BertEmbedError(
        'UNSUPPORTED_MODEL',
        `${fields.file}: ${name} is ${describe(true)}; only encoders are supported, not decoders.`,
      )
}
