/** An encoder from its config and its graph, with what most architectures have in common. */

import type { BertConfig } from '../config/bert-config.js'
import type { ArchitectureEncoder } from '../encoder.js'
import { wordEmbeddings } from './embeddings.js'

/** @param others What the architecture has otherwise than BERT. */
export function encoderOf(
  config: BertConfig,
  lastHiddenState: ArchitectureEncoder['lastHiddenState'],
  others: Partial<ArchitectureEncoder> = {},
): ArchitectureEncoder {
  const { maxPositionEmbeddings: maxTokens } = config
  return { ...config, maxTokens, wordEmbeddings, probeLayers: 1, lastHiddenState, ...others }
}
