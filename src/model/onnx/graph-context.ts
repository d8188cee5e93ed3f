/** The parts of a graph that blocks are made from. */

import type { GraphBuilder, Value } from './graph-builder.js'
import type { WeightLoader } from './weight-loader.js'

/** Each int32 (batch, tokens). */
export interface EncoderInputs {
  readonly inputIds: Value
  readonly attentionMask: Value
  readonly tokenTypeIds: Value
}

export interface GraphContext {
  readonly graph: GraphBuilder
  readonly inputs: EncoderInputs
  /** Loads a parameter that is small, or has to be exact. */
  readonly weight: WeightLoader
  /** int64 [batch, tokens, hidden] */
  readonly shape: Value
  /** Bias for attention scores: 0 where the mask is 1, the lowest float32 where it is 0; (batch, 1, tokens, keys). */
  readonly maskBias: Value
}
