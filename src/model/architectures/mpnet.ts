/**
 * MPNet, https://arxiv.org/abs/2004.09297: positions as in RoBERTa, and an attention bias for each distance between
 * tokens.
 */

import { maxSizes, readBertConfig } from '../config/bert-config.js'
import type { ConfigFields } from '../config/config-fields.js'
import type { ArchitectureEncoder } from '../encoder.js'
import type { RelativeBias } from '../encoder-blocks.js'
import { embeddings } from './embeddings.js'
import { encoderOf } from './encoder-of.js'
import { maxTokensAfterPadding, positionsAfterPadding } from './positions-after-padding.js'
import { type LayerNames, postNormLayers } from './post-norm-layer.js'

/** Position of the padding token. transformers' MPNet uses 1 and ignores pad_token_id. */
const padTokenId = 1

/** Number of distance buckets that transformers uses, however many rows the table has. */
const bucketCount = 32

/** All larger distances share one bucket. */
const maxDistance = 128

/** @throws {BertEmbedError} `UNSUPPORTED_MODEL`, `INVALID_CONFIG` */
export function createEncoder(fields: ConfigFields): ArchitectureEncoder {
  const config = readBertConfig(fields, { defaults: { vocabSize: 30_527 }, fixed: { typeVocabSize: 1 } })
  const { maxPositionEmbeddings: rows, hiddenSize: width, layerNormEps } = config
  // At least one position has to remain for a token.
  fields.integer('max_position_embeddings', rows, {
    min: padTokenId + 2,
    max: maxSizes.maxPositionEmbeddings,
  })
  const buckets = fields.integer('relative_attention_num_buckets', bucketCount, {
    min: bucketCount,
    max: 65_536,
  })
  const added = [positionsAfterPadding({ rows, padTokenId })]
  const relativeBias = relativeBiasOf(buckets)
  const lastHiddenState: ArchitectureEncoder['lastHiddenState'] = (blocks, part) => {
    const x = embeddings(blocks, { part, width, layerNormEps, added })
    const namesOf = (layer: number) => layerNames(`encoder.layer.${layer}`)
    return postNormLayers(blocks, x, { config, layers: part.numHiddenLayers, namesOf, relativeBias })
  }
  return encoderOf(config, lastHiddenState, { maxTokens: maxTokensAfterPadding({ rows, padTokenId }) })
}

/** Every layer has the same attention bias: a row for each bucket of distances. */
function relativeBiasOf(buckets: number): RelativeBias {
  const distances = Array.from({ length: 2 * maxDistance + 1 }, (_, index) => index - maxDistance)
  return {
    name: 'encoder.relative_attention_bias.weight',
    rows: buckets,
    maxDistance,
    rowsByDistance: distances.map(bucketOf),
  }
}

/**
 * The bucket of a distance, as in T5 (https://arxiv.org/abs/1910.10683, section 2.1). Half of the buckets are for keys
 * after the query. In each half, the first distances have a bucket each; the rest is for ranges that grow
 * logarithmically.
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
