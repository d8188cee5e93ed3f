/** `config.json` of a BERT checkpoint, checked into typed data. */

import { BertEmbedError, describe } from '../errors.js'
import { isJsonObject } from '../json.js'

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

/**
 * Whole numbers in `config.json`: the value transformers takes where the file has none (its `BertConfig`), and the
 * largest we believe. The largest published BERTs have 1,024 to 2,560 hidden units, 48 layers and 500,000 words;
 * the bounds leave an order of magnitude and keep every product of two of them a safe integer.
 */
const integerFields = {
  vocab_size: { fallback: 30_522, most: 10_000_000 },
  hidden_size: { fallback: 768, most: 65_536 },
  num_hidden_layers: { fallback: 12, most: 1_024 },
  num_attention_heads: { fallback: 12, most: 4_096 },
  intermediate_size: { fallback: 3_072, most: 1_048_576 },
  max_position_embeddings: { fallback: 512, most: 1_048_576 },
  type_vocab_size: { fallback: 2, most: 65_536 },
} as const

/**
 * Checks the parsed JSON of `config.json`. Fields that are absent take the defaults of transformers' `BertConfig`.
 *
 * @throws {BertEmbedError} `UNSUPPORTED_MODEL` for another architecture, position embedding or activation;
 * `INVALID_CONFIG` for values that cannot be, or contradict each other.
 */
export function parseBertConfig(json: unknown, { file = 'config.json' } = {}): BertConfig {
  if (!isJsonObject(json))
    throw new BertEmbedError('INVALID_CONFIG', `${file}: expected a JSON object, found ${describe(json)}.`)
  checkArchitecture(json, file)

  const integer = (name: keyof typeof integerFields): number => {
    const { fallback, most } = integerFields[name]
    const value = json[name] ?? fallback
    if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most) return value
    throw new BertEmbedError(
      'INVALID_CONFIG',
      `${file}: ${name} is ${describe(value)}, not a whole number from 1 to ${most}.`,
    )
  }
  const config: BertConfig = {
    vocabSize: integer('vocab_size'),
    hiddenSize: integer('hidden_size'),
    numHiddenLayers: integer('num_hidden_layers'),
    numAttentionHeads: integer('num_attention_heads'),
    intermediateSize: integer('intermediate_size'),
    maxPositionEmbeddings: integer('max_position_embeddings'),
    typeVocabSize: integer('type_vocab_size'),
    hiddenAct: parseHiddenAct(json.hidden_act ?? 'gelu', file),
    layerNormEps: parseLayerNormEps(json.layer_norm_eps ?? 1e-12, file),
  }
  if (config.hiddenSize % config.numAttentionHeads !== 0)
    throw new BertEmbedError(
      'INVALID_CONFIG',
      `${file}: hidden_size is ${config.hiddenSize}, not a multiple of num_attention_heads ${config.numAttentionHeads}.`,
    )
  return config
}

function checkArchitecture(fields: Readonly<Record<string, unknown>>, file: string): void {
  const { model_type: modelType, architectures } = fields
  // Checkpoints older than `model_type` name only the class they were saved from.
  const named = modelType ?? (Array.isArray(architectures) ? architectures[0] : undefined)
  const isBert = modelType === 'bert' || (modelType == null && /^Bert[A-Z]/.test(String(named)))
  if (!isBert)
    throw new BertEmbedError(
      'UNSUPPORTED_MODEL',
      named === undefined
        ? `${file} names no model_type. Is it the config.json of a BERT checkpoint?`
        : `${file}: model_type ${describe(named)} is not supported; supported: "bert".`,
    )
  const position = fields.position_embedding_type ?? 'absolute'
  if (position !== 'absolute')
    throw new BertEmbedError(
      'UNSUPPORTED_MODEL',
      `${file}: position_embedding_type ${describe(position)} is not supported; supported: "absolute".`,
    )
  for (const field of ['is_decoder', 'add_cross_attention']) {
    if (fields[field] === true)
      throw new BertEmbedError(
        'UNSUPPORTED_MODEL',
        `${file}: ${field} is true; only encoders are supported, not decoders.`,
      )
  }
}

function parseHiddenAct(value: unknown, file: string): HiddenAct {
  const known = hiddenActs.find((name) => name === value)
  if (known) return known
  throw new BertEmbedError(
    'UNSUPPORTED_MODEL',
    `${file}: hidden_act ${describe(value)} is not supported; supported: ${hiddenActs.join(', ')}.`,
  )
}

function parseLayerNormEps(value: unknown, file: string): number {
  if (typeof value === 'number' && value > 0 && value < 1) return value
  throw new BertEmbedError(
    'INVALID_CONFIG',
    `${file}: layer_norm_eps is ${describe(value)}, not a number between 0 and 1.`,
  )
}
