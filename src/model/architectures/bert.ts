/**
 * BERT, https://arxiv.org/abs/1810.04805. Rows are the tokens of all texts: n = batch * tokens.
 *
 *     ids, token types                     int32 (batch, tokens)
 *     x = words[ids] + types[token types] + positions[0 .. tokens]
 *     x = LayerNorm(x)                     (n, hidden)
 *     for each layer:
 *       q, k, v = x Wq, x Wk, x Wv         (n, hidden) each, split into heads of hidden / heads values
 *       a = softmax(q k^T / sqrt(hidden / heads) + mask) v
 *       x = LayerNorm(x + a Wo)            (n, hidden)
 *       h = gelu(x Wup)                    (n, intermediate)
 *       x = LayerNorm(x + h Wdown)         (n, hidden)
 *     last_hidden_state = x                (batch, tokens, hidden)
 *
 * The biases are left out above. `embeddings.ts` has the first part, `post-norm-layer.ts` a layer, and
 * `encoder-blocks.ts` says what each block computes.
 */

import { type BertConfig, readBertConfig, refuseDecoders } from '../config/bert-config.js'
import type { ConfigFields } from '../config/config-fields.js'
import type { ArchitectureEncoder } from '../encoder.js'
import type { EncoderBlocks } from '../encoder-blocks.js'
import { positionedEmbeddings } from './embeddings.js'
import { encoderOf } from './encoder-of.js'
import { type LayerNames, postNormLayers } from './post-norm-layer.js'

/** @throws {BertEmbedError} `UNSUPPORTED_MODEL`, `INVALID_CONFIG` */
export function createEncoder(fields: ConfigFields): ArchitectureEncoder {
  refuseDecoders(fields)
  const config = readBertConfig(fields)
  const { hiddenSize: width } = config
  return encoderOf(config, (blocks, part) => {
    const x = positionedEmbeddings(blocks, { ...config, part, width })
    return bertLayers(blocks, x, { ...config, ...part })
  })
}

/** All layers, with BERT's module names, which other architectures kept. */
export function bertLayers<Rows>(blocks: EncoderBlocks<Rows>, embedded: Rows, config: BertConfig): Rows {
  const namesOf = (layer: number) => bertLayerNames(`encoder.layer.${layer}`)
  return postNormLayers(blocks, embedded, { config, layers: config.numHiddenLayers, namesOf })
}

function bertLayerNames(layer: string): LayerNames {
  return {
    query: `${layer}.attention.self.query`,
    key: `${layer}.attention.self.key`,
    value: `${layer}.attention.self.value`,
    output: `${layer}.attention.output.dense`,
    attentionNorm: `${layer}.attention.output.LayerNorm`,
    up: `${layer}.intermediate.dense`,
    down: `${layer}.output.dense`,
    outputNorm: `${layer}.output.LayerNorm`,
  }
}
