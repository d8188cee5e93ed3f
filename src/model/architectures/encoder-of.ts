/** Builds an encoder from its config and its computation, with the values that most architectures share. */

import type { BertConfig } from '../config/bert-config.js'
import type { ArchitectureEncoder } from '../encoder.js'
import { wordEmbeddings } from './embeddings.js'

/** @param others The fields in which the architecture differs from BERT. */
export function encoderOf(
  config: BertConfig,
  lastHiddenState: ArchitectureEncoder['lastHiddenState'],
  others: Partial<ArchitectureEncoder> = {},
): ArchitectureEncoder {
  const { maxPositionEmbeddings: maxTokens } = config
  return { ...config, maxTokens, wordEmbeddings, probeLayers: 1, lastHiddenState, ...others }
}
