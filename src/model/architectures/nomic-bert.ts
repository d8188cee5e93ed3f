/**
 * NomicBERT, https://arxiv.org/abs/2402.01613: BERT with rotary positions, gated feed-forward networks and no biases.
 */

import { type ConfigNames, readBertConfig, refuseDecoders } from '../config/bert-config.js'
import { type ConfigFields, configFields } from '../config/config-fields.js'
import type { ArchitectureEncoder } from '../encoder.js'
import type { EncoderBlocks } from '../encoder-blocks.js'
import { embeddings } from './embeddings.js'
import { encoderOf } from './encoder-of.js'
import { checkHeadSize, readRopeTheta, readTheta } from './rotary-config.js'

/** Field names in the configs that Nomic published, which are for its custom code. */
const publishedNames: Partial<ConfigNames> = {
  hiddenSize: 'n_embd',
  numHiddenLayers: 'n_layer',
  numAttentionHeads: 'n_head',
  intermediateSize: 'n_inner',
  maxPositionEmbeddings: 'n_positions',
  layerNormEps: 'layer_norm_epsilon',
}

/** @throws {BertEmbedError} `UNSUPPORTED_MODEL`, `INVALID_CONFIG` */
export function createEncoder(fields: ConfigFields): ArchitectureEncoder {
  refuseDecoders(fields)
  const config = readConfig(fields)
  const { hiddenSize: width } = config
  return encoderOf(config, (blocks, part) => {
    let x = embeddings(blocks, { ...config, part, width, norm: 'emb_ln' })
    for (let layer = 0; layer < part.numHiddenLayers; layer++)
      x = nomicLayer(blocks, x, { config, name: `encoder.layers.${layer}` })
    return x
  })
}

type NomicConfig = ReturnType<typeof readConfig>

function readConfig(fields: ConfigFields) {
  const isPublished = fields.get('n_embd') !== undefined && fields.get('hidden_size') === undefined
  const config = readBertConfig(fields, {
    names: isPublished ? publishedNames : {},
    defaults: { vocabSize: 30_528, hiddenAct: 'silu', maxPositionEmbeddings: 2_048 },
  })
  const headSize = checkHeadSize(config.hiddenSize / config.numAttentionHeads, fields.file)
  fields.oneOf('head_dim', headSize, [headSize])
  if (!isPublished) return { ...config, headSize, theta: readOwnTheta(fields) }
  refuseVariants(fields)
  const hiddenAct = gateActs[fields.oneOf('activation_function', 'swiglu', ['swiglu', 'geglu'])]
  const theta = readTheta(fields, 'rotary_emb_base', 1_000)
  // `rotary_scaling_factor` changes the angles only for texts longer than in training. Such texts are not supported.
  const { maxPositionEmbeddings: positions } = config
  const trained = fields.integer('max_trained_positions', positions, { max: 1_048_576 })
  const isScaled = fields.get('rotary_scaling_factor') !== undefined
  const maxPositionEmbeddings = isScaled ? Math.min(positions, trained) : positions
  return { ...config, headSize, theta, hiddenAct, maxPositionEmbeddings }
}

const gateActs = { swiglu: 'silu', geglu: 'gelu' } as const

function readOwnTheta(fields: ConfigFields): number {
  const parameters = fields.get('rope_parameters')
  const fallback = 1_000
  if (parameters === undefined) return fallback
  return readRopeTheta(configFields(parameters, `${fields.file}: rope_parameters`), fallback)
}

/** Refuses features of Nomic's code that none of its text models uses. Biases would come with a mixture of experts. */
function refuseVariants(fields: ConfigFields): void {
  const flags = ['prenorm', 'causal', 'use_rms_norm', 'parallel_block', 'qkv_proj_bias', 'mlp_fc1_bias']
  for (const flag of [...flags, 'mlp_fc2_bias', 'rotary_emb_interleaved']) fields.oneOf(flag, false, [false])
  fields.oneOf('rotary_emb_fraction', 1, [1])
  fields.oneOf('rotary_emb_scale_base', 'null', ['null'])
}

interface LayerOptions {
  readonly config: NomicConfig
  readonly name: string
}

/**
 * Attention, then the gated feed-forward network; after each, the residual is added and the sum normalised: (batch *
 * tokens, hidden).
 */
function nomicLayer<Rows>(blocks: EncoderBlocks<Rows>, x: Rows, { config, name }: LayerOptions): Rows {
  const { hiddenSize, intermediateSize, numAttentionHeads: heads, layerNormEps: epsilon } = config
  const { headSize, theta, maxPositionEmbeddings: maxTokens } = config
  const linear = (module: string, rows: Rows, from: number, to: number, residual?: Rows) =>
    blocks.linear(`${name}.${module}`, rows, { from, to, bias: false, residual })
  const norm = (module: string, rows: Rows) =>
    blocks.layerNorm(`${name}.${module}`, rows, { width: hiddenSize, epsilon })

  const fused = linear('attn.Wqkv', x, hiddenSize, 3 * hiddenSize)
  const [query, key, value] = blocks.splitColumns(fused, { width: hiddenSize, parts: 3 })
  const rotate = (rows: Rows) => blocks.rotate(rows, { headSize, theta, maxTokens })
  const context = blocks.attention({ query: rotate(query!), key: rotate(key!), value: value! }, { heads })
  const middle = norm('norm1', linear('attn.out_proj', context, hiddenSize, hiddenSize, x))

  const up = linear('mlp.fc11', middle, hiddenSize, intermediateSize)
  const gate = linear('mlp.fc12', middle, hiddenSize, intermediateSize)
  const gated = blocks.multiply(up, blocks.activation(gate, config.hiddenAct))
  return norm('norm2', linear('mlp.fc2', gated, intermediateSize, hiddenSize, middle))
}
