/** DistilBERT, https://arxiv.org/abs/1910.01108: BERT without token types and with different module names. */

import { readBertConfig } from '../config/bert-config.js'
import type { ConfigFields } from '../config/config-fields.js'
import type { ArchitectureEncoder } from '../encoder.js'
import { positionedEmbeddings } from './embeddings.js'
import { encoderOf } from './encoder-of.js'
import { type LayerNames, postNormLayers } from './post-norm-layer.js'

/** @throws {BertEmbedError} `UNSUPPORTED_MODEL`, `INVALID_CONFIG` */
export function createEncoder(fields: ConfigFields): ArchitectureEncoder {
  const config = readBertConfig(fields, {
    names: {
      hiddenSize: 'dim',
      numHiddenLayers: 'n_layers',
      numAttentionHeads: 'n_heads',
      intermediateSize: 'hidden_dim',
      hiddenAct: 'activation',
    },
    defaults: { numHiddenLayers: 6 },
    // DistilBERT ignores both fields: it has no token types, and a fixed epsilon.
    fixed: { typeVocabSize: 1, layerNormEps: 1e-12 },
  })
  const { maxPositionEmbeddings: maxTokens, hiddenSize: width, layerNormEps } = config
  return encoderOf(config, (blocks, part) => {
    const x = positionedEmbeddings(blocks, { part, width, layerNormEps, maxPositionEmbeddings: maxTokens })
    const namesOf = (layer: number) => layerNames(`transformer.layer.${layer}`)
    return postNormLayers(blocks, x, { config, layers: part.numHiddenLayers, namesOf })
  })
}

function layerNames(layer: string): LayerNames {
  return {
    query: `${layer}.attention.q_lin`,
    key: `${layer}.attention.k_lin`,
    value: `${layer}.attention.v_lin`,
    output: `${layer}.attention.out_lin`,
    attentionNorm: `${layer}.sa_layer_norm`,
    up: `${layer}.ffn.lin1`,
    down: `${layer}.ffn.lin2`,
    outputNorm: `${layer}.output_layer_norm`,
  }
}
