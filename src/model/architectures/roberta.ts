/** RoBERTa, https://arxiv.org/abs/1907.11692, and XLM-RoBERTa, CamemBERT and data2vec, which are built like it. */

import { type ConfigDialect, readBertConfig, refuseDecoders } from '../config/bert-config.js'
import type { ConfigFields } from '../config/config-fields.js'
import type { ArchitectureEncoder } from '../encoder.js'
import { bertLayers } from './bert.js'
import { embeddings } from './embeddings.js'
import { encoderOf } from './encoder-of.js'
import { positionsAfterPadding, positionsLeft } from './positions-after-padding.js'

/** @throws {BertEmbedError} `UNSUPPORTED_MODEL`, `INVALID_CONFIG` */
export function roberta(fields: ConfigFields): ArchitectureEncoder {
  return robertaLike(fields, { defaults: { vocabSize: 50_265 } })
}

/** By another default of its size of vocabulary. */
export function xlmRoberta(fields: ConfigFields): ArchitectureEncoder {
  return robertaLike(fields, {})
}

function robertaLike(fields: ConfigFields, dialect: ConfigDialect): ArchitectureEncoder {
  refuseDecoders(fields)
  const config = readBertConfig(fields, dialect)
  const { maxPositionEmbeddings: rows, hiddenSize: width } = config
  // A row has to be left for a token.
  const padTokenId = fields.integer('pad_token_id', 1, { min: 0, max: rows - 2 })
  const lastHiddenState: ArchitectureEncoder['lastHiddenState'] = (blocks, part) => {
    const positions = positionsAfterPadding(blocks, { rows, width, padTokenId })
    const x = embeddings(blocks, { ...config, part, width, added: [positions] })
    return bertLayers(blocks, x, { ...config, ...part })
  }
  return encoderOf(config, lastHiddenState, { maxTokens: positionsLeft({ rows, padTokenId }) })
}
