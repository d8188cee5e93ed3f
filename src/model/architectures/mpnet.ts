/** MPNet, https://arxiv.org/abs/2004.09297: RoBERTa's positions, and a bias on attention for each distance. */

import { maxSizes, readBertConfig } from '../config/bert-config.js'
import type { ConfigFields } from '../config/config-fields.js'
import type { ArchitectureEncoder } from '../encoder.js'
import type { EncoderBlocks } from '../onnx/encoder-blocks.js'
import type { Value } from '../onnx/graph-builder.js'
import { onnxDataType } from '../onnx/onnx-proto.js'
import { embeddings } from './embeddings.js'
import { encoderOf } from './encoder-of.js'
import { keyDistances } from './graph-helpers.js'
import { maxTokensAfterPadding, positionsAfterPadding } from './positions-after-padding.js'
import { type LayerNames, postNormLayers } from './post-norm-layer.js'

/** Where the padding token's position is: transformers' MPNet has it so, whatever pad_token_id says. */
const padTokenId = 1

/** The buckets that transformers tells distances apart by, however many the table has. */
const bucketCount = 32

/** All distances from here on are in one bucket. */
const maxDistance = 128

/** @throws {BertEmbedError} `UNSUPPORTED_MODEL`, `INVALID_CONFIG` */
export function createEncoder(fields: ConfigFields): ArchitectureEncoder {
  const config = readBertConfig(fields, { defaults: { vocabSize: 30_527 }, fixed: { typeVocabSize: 1 } })
  const { maxPositionEmbeddings: rows, hiddenSize: width, layerNormEps, numAttentionHeads } = config
  // Or else there would be no position for a token.
  fields.integer('max_position_embeddings', rows, {
    min: padTokenId + 2,
    max: maxSizes.maxPositionEmbeddings,
  })
  const buckets = fields.integer('relative_attention_num_buckets', bucketCount, {
    min: bucketCount,
    max: 65_536,
  })
  const lastHiddenState: ArchitectureEncoder['lastHiddenState'] = (blocks, part) => {
    const positions = positionsAfterPadding(blocks, { rows, width, padTokenId })
    const table = blocks.weight('encoder.relative_attention_bias.weight', [buckets, numAttentionHeads])
    const attentionBias = blocks.graph.op('Add', [relativeBias(blocks, table), blocks.maskBias])
    const x = embeddings(blocks, { part, width, layerNormEps, added: [positions] })
    const namesOf = (layer: number) => layerNames(`encoder.layer.${layer}`)
    return postNormLayers(blocks, x, { config, layers: part.numHiddenLayers, namesOf, attentionBias })
  }
  return encoderOf(config, lastHiddenState, { maxTokens: maxTokensAfterPadding({ rows, padTokenId }) })
}

/** A row of the table for each distance, every head its column: (1, heads, tokens, keys). */
function relativeBias(blocks: EncoderBlocks, table: Value): Value {
  const { graph } = blocks
  const distances = Array.from({ length: 2 * maxDistance + 1 }, (_, index) => index - maxDistance)
  const byDistance = graph.op('Gather', [table, graph.ints(distances.map(bucketOf))]) // (distances, heads)
  const clipped = graph.op('Clip', [
    keyDistances(blocks),
    graph.floats([-maxDistance], []),
    graph.floats([maxDistance], []),
  ])
  const index = graph.op('Add', [clipped, graph.floats([maxDistance])])
  const ids = graph.op('Cast', [index], { to: onnxDataType.int32 }) // (tokens, keys)
  const perHead = graph.op('Transpose', [graph.op('Gather', [byDistance, ids])], { perm: [2, 0, 1] })
  return graph.op('Unsqueeze', [perHead, graph.ints([0])])
}

/**
 * The bucket of a distance, as T5 has it (https://arxiv.org/abs/1910.10683, section 2.1): half of them for keys after
 * the query, and of each half one for each of the first distances, the rest for ranges that grow with the logarithm.
 */
export function bucketOf(distance: number): number {
  const half = bucketCount / 2
  const exact = half / 2
  const side = distance > 0 ? half : 0
  const size = Math.abs(distance)
  if (size < exact) return side + size
  const share = Math.log(size / exact) / Math.log(maxDistance / exact)
  return side + Math.min(half - 1, exact + Math.floor(share * (half - exact)))
}

function layerNames(layer: string): LayerNames {
  return {
    query: `${layer}.attention.attn.q`,
    key: `${layer}.attention.attn.k`,
    value: `${layer}.attention.attn.v`,
    output: `${layer}.attention.attn.o`,
    attentionNorm: `${layer}.attention.LayerNorm`,
    up: `${layer}.intermediate.dense`,
    down: `${layer}.output.dense`,
    outputNorm: `${layer}.output.LayerNorm`,
  }
}
