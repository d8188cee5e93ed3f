/** RoBERTa, https://arxiv.org/abs/1907.11692, and XLM-RoBERTa, CamemBERT and data2vec, which have the same layers. */

import { readBertConfig, refuseDecoders } from '../config/bert-config.js'
import type { ConfigFields } from '../config/config-fields.js'
import type { ArchitectureEncoder } from '../encoder.js'
import { bertLayers } from './bert.js'
import { embeddings } from './embeddings.js'
import { encoderOf } from './encoder-of.js'
import { maxTokensAfterPadding, positionsAfterPadding } from './positions-after-padding.js'

/** Default of RoBERTa. The other architectures here have BERT's default. */
const robertaDefaults = { vocabSize: 50_265 }

/** @throws {BertEmbedError} `UNSUPPORTED_MODEL`, `INVALID_CONFIG` */
export function createEncoder(fields: ConfigFields, modelType: string): ArchitectureEncoder {
  refuseDecoders(fields)
  const config = readBertConfig(fields, { defaults: modelType === 'roberta' ? robertaDefaults : {} })
  const { maxPositionEmbeddings: rows, hiddenSize: width } = config
  // At least one position has to remain for a token.
  const padTokenId = fields.integer('pad_token_id', 1, { min: 0, max: rows - 2 })
  const added = [positionsAfterPadding({ rows, padTokenId })]
  const lastHiddenState: ArchitectureEncoder['lastHiddenState'] = (blocks, part) => {
    const x = embeddings(blocks, { ...config, part, width, added })
    return bertLayers(blocks, x, { ...config, ...part })
  }
  return encoderOf(config, lastHiddenState, { maxTokens: maxTokensAfterPadding({ rows, padTokenId }) })
}
