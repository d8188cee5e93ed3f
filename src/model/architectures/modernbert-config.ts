/** Reads `config.json` of ModernBERT, with the names of transformers 5 and with older ones. */

import { BertEmbedError, describe } from '../../errors.js'
import { readBertConfig } from '../config/bert-config.js'
import { type ConfigFields, configFields } from '../config/config-fields.js'
import { checkHeadSize, readRopeTheta, readTheta } from './rotary-config.js'

export type ModernBertConfig = ReturnType<typeof readModernBertConfig>

/** Which tokens a layer attends to: all of them, or those in a window around each token. */
export type LayerType = (typeof layerTypes)[number]

const layerTypes = ['full_attention', 'sliding_attention'] as const

/** @throws {BertEmbedError} `UNSUPPORTED_MODEL`, `INVALID_CONFIG` */
export function readModernBertConfig(fields: ConfigFields) {
  const config = readBertConfig(fields, {
    names: { hiddenAct: 'hidden_activation', layerNormEps: 'norm_eps' },
    defaults: {
      vocabSize: 50_368,
      numHiddenLayers: 22,
      intermediateSize: 1_152,
      maxPositionEmbeddings: 8_192,
      layerNormEps: 1e-5,
    },
    fixed: { typeVocabSize: 1 },
  })
  const localAttention = fields.integer('local_attention', 128, { max: 1_048_576 })
  return {
    ...config,
    headSize: checkHeadSize(config.hiddenSize / config.numAttentionHeads, fields.file),
    types: readLayerTypes(fields, config.numHiddenLayers),
    thetas: readThetas(fields),
    /** Maximum distance between query and key in a layer with sliding attention, in tokens. */
    window: Math.floor(localAttention / 2),
    normBias: fields.boolean('norm_bias', false),
    attentionBias: fields.boolean('attention_bias', false),
    mlpBias: fields.boolean('mlp_bias', false),
  }
}

/** Since transformers 5 the config lists a type per layer. Before, every n-th layer had full attention. */
function readLayerTypes(fields: ConfigFields, count: number): readonly LayerType[] {
  const every = fields.integer('global_attn_every_n_layers', 3, { max: 1_024 })
  const named = fields.get('layer_types')
  const types: readonly unknown[] = Array.isArray(named)
    ? named
    : Array.from({ length: count }, (_, layer) => layerTypes[layer % every === 0 ? 0 : 1])
  if (types.length !== count)
    throw new BertEmbedError(
      'INVALID_CONFIG',
      `${fields.file}: layer_types has ${types.length} entries for ${count} layers.`,
    )
  return types.map((type) => {
    const known = layerTypes.find((name) => name === type)
    if (known) return known
    throw new BertEmbedError(
      'UNSUPPORTED_MODEL',
      `${fields.file}: layer_types has ${describe(type)}; supported: ${layerTypes.join(', ')}.`,
    )
  })
}

function readThetas(fields: ConfigFields): Readonly<Record<LayerType, number>> {
  const { file } = fields
  const byType = fields.get('rope_parameters')
  const parameters = byType === undefined ? undefined : configFields(byType, `${file}: rope_parameters`)
  const theta = (type: LayerType, oldName: string, fallback: number) => {
    const ofType = parameters?.get(type)
    const typeFields =
      ofType === undefined ? undefined : configFields(ofType, `${file}: rope_parameters.${type}`)
    return readRopeTheta(typeFields, readTheta(fields, oldName, fallback))
  }
  const scaling = fields.get('rope_scaling')
  if (scaling !== undefined) readRopeTheta(configFields(scaling, `${file}: rope_scaling`), 1)
  return {
    full_attention: theta('full_attention', 'global_rope_theta', 160_000),
    sliding_attention: theta('sliding_attention', 'local_rope_theta', 10_000),
  }
}
