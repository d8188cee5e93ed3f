/** ALBERT, https://arxiv.org/abs/1909.11942: narrow embeddings, and layers that share their weights in groups. */

import { maxSizes, readBertConfig, refuseDecoders } from '../config/bert-config.js'
import type { ConfigFields } from '../config/config-fields.js'
import type { ArchitectureEncoder } from '../encoder.js'
import { positionedEmbeddings } from './embeddings.js'
import { encoderOf } from './encoder-of.js'
import { type LayerNames, postNormLayer } from './post-norm-layer.js'

/** @throws {BertEmbedError} `UNSUPPORTED_MODEL`, `INVALID_CONFIG` */
export function createEncoder(fields: ConfigFields): ArchitectureEncoder {
  refuseDecoders(fields)
  const config = readBertConfig(fields, {
    defaults: {
      vocabSize: 30_000,
      hiddenSize: 4_096,
      numAttentionHeads: 64,
      intermediateSize: 16_384,
      hiddenAct: 'gelu_new',
    },
  })
  const { hiddenSize, numHiddenLayers } = config
  const width = fields.integer('embedding_size', 128, { max: maxSizes.hiddenSize })
  const groups = fields.integer('num_hidden_groups', 1, { max: numHiddenLayers })
  const layersInGroup = fields.integer('inner_group_num', 1, { max: maxSizes.numHiddenLayers })
  return encoderOf(config, (blocks, part) => {
    const embedded = positionedEmbeddings(blocks, { ...config, part, width }) // (batch * tokens, width)
    const size = { from: width, to: hiddenSize }
    let x = blocks.linear('encoder.embedding_hidden_mapping_in', embedded, size) // (batch * tokens, hidden)
    for (let layer = 0; layer < part.numHiddenLayers; layer++) {
      const group = `encoder.albert_layer_groups.${Math.floor(layer / (numHiddenLayers / groups))}`
      for (let inner = 0; inner < layersInGroup; inner++)
        x = postNormLayer(blocks, x, { config, names: layerNames(`${group}.albert_layers.${inner}`) })
    }
    return x
  })
}

function layerNames(layer: string): LayerNames {
  return {
    query: `${layer}.attention.query`,
    key: `${layer}.attention.key`,
    value: `${layer}.attention.value`,
    output: `${layer}.attention.dense`,
    attentionNorm: `${layer}.attention.LayerNorm`,
    up: `${layer}.ffn`,
    down: `${layer}.ffn_output`,
    outputNorm: `${layer}.full_layer_layer_norm`,
  }
}
