/** Reads the three sizes that are needed to run a repository's own graph, for any architecture. */

import { isJsonObject } from '../../checks/json.js'
import type { Encoder } from '../encoder.js'

export type EncoderShape = Pick<Encoder, 'hiddenSize' | 'maxTokens' | 'vocabSize'>

/** Names of the three sizes in the `config.json` of various architectures. */
const names = {
  hiddenSize: ['hidden_size', 'dim', 'd_model', 'n_embd'],
  maxTokens: ['max_position_embeddings', 'n_positions', 'max_seq_len'],
  vocabSize: ['vocab_size'],
}

/** BERT's limit, for a config without one or with -1, as models with relative positions have it. */
const usualMaxTokens = 512

/**
 * A size that `config.json` lacks is not enforced: vocabSize is Infinity, maxTokens 512, and hiddenSize 0, which means
 * that the graph's output decides.
 */
export function parseEncoderShape(json: unknown): EncoderShape {
  const fields = isJsonObject(json) ? json : {}
  const sizeOf = (candidates: readonly string[], otherwise: number): number => {
    const sizes = candidates.map((name) => fields[name])
    const size = sizes.find((size) => Number.isSafeInteger(size) && (size as number) > 0)
    return (size as number | undefined) ?? otherwise
  }
  return {
    hiddenSize: sizeOf(names.hiddenSize, 0),
    maxTokens: sizeOf(names.maxTokens, usualMaxTokens),
    vocabSize: sizeOf(names.vocabSize, Number.POSITIVE_INFINITY),
  }
}
