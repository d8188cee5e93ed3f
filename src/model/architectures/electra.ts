/** ELECTRA, https://arxiv.org/abs/2003.10555: BERT whose embeddings may be narrower than its layers. */

import { maxSizes, readBertConfig, refuseDecoders } from '../config/bert-config.js'
import type { ConfigFields } from '../config/config-fields.js'
import type { ArchitectureEncoder } from '../encoder.js'
import { bertLayers } from './bert.js'
import { positionedEmbeddings } from './embeddings.js'
import { encoderOf } from './encoder-of.js'

/** @throws {BertEmbedError} `UNSUPPORTED_MODEL`, `INVALID_CONFIG` */
export function createEncoder(fields: ConfigFields): ArchitectureEncoder {
  refuseDecoders(fields)
  const config = readBertConfig(fields, {
    defaults: { hiddenSize: 256, numAttentionHeads: 4, intermediateSize: 1_024 },
  })
  const { hiddenSize } = config
  const width = fields.integer('embedding_size', 128, { max: maxSizes.hiddenSize })
  return encoderOf(config, (blocks, part) => {
    const embedded = positionedEmbeddings(blocks, { ...config, part, width }) // (batch * tokens, width)
    const size = { from: width, to: hiddenSize }
    // A checkpoint has no projection if the widths are equal.
    const x = width === hiddenSize ? embedded : blocks.linear('embeddings_project', embedded, size)
    return bertLayers(blocks, x, { ...config, ...part })
  })
}
