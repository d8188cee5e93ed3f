/** What has to be known of an encoder whose graph somebody else has written, whatever its architecture. */

import { isJsonObject } from '../../checks/json.js'
import type { Encoder } from '../encoder.js'

export type EncoderShape = Pick<Encoder, 'hiddenSize' | 'maxTokens' | 'vocabSize'>

/** The names that architectures give to the three sizes in `config.json`. */
const names = {
  hiddenSize: ['hidden_size', 'dim', 'd_model', 'n_embd'],
  maxTokens: ['max_position_embeddings', 'n_positions', 'max_seq_len'],
  vocabSize: ['vocab_size'],
}

/** BERT's own limit, for a graph whose config has none, or says -1: relative positions have none. */
const usualMaxTokens = 512

/** What the file does not say is what nothing is refused for; the size of a vector is the graph's own then. */
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
