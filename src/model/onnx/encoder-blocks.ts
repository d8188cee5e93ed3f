/** What encoders are made of: the layers of a dtype, LayerNorm, and attention in the form that a device computes best. */

import { type AttentionOptions, createAttention } from './attention.js'
import { float, type GraphBuilder, type Value } from './graph-builder.js'
import type { LinearLayers } from './linear-layers.js'
import { lowestFloat32 } from './lowest-float32.js'
import { onnxDataType } from './onnx-proto.js'
import type { AttentionKeys } from './padded-keys.js'
import type { WeightLoader } from './weight-loader.js'

/** Each int32 (batch, tokens). */
export interface EncoderInputs {
  readonly inputIds: Value
  readonly attentionMask: Value
  readonly tokenTypeIds: Value
}

export interface EncoderBlocks extends LinearLayers {
  readonly graph: GraphBuilder
  readonly inputs: EncoderInputs
  /** A parameter that is small, or has to be exact. */
  readonly weight: WeightLoader
  /** What to add to attention scores: 0 where the mask is 1, the lowest float32 where it is 0; (batch, 1, tokens, keys). */
  readonly maskBias: Value
  /** int64 [batch, tokens, hidden] */
  readonly shape: Value
  /** Over the last dimension of `x`, of size `width`. */
  layerNorm(name: string, x: Value, options: LayerNormOptions): Value
  /** Scaled dot-product attention of rows: each (batch * tokens, hidden), as is what it gives. */
  attention(parts: AttentionParts, options: AttentionOptions): Value
}

export interface LayerNormOptions {
  readonly width: number
  readonly epsilon: number
  /** @default true */
  readonly bias?: boolean | undefined
}

export interface AttentionParts {
  readonly query: Value
  readonly key: Value
  readonly value: Value
}

export interface EncoderBlocksOptions {
  readonly graph: GraphBuilder
  readonly inputs: EncoderInputs
  readonly weight: WeightLoader
  readonly layers: LinearLayers
  readonly device: string | undefined
  readonly keys: AttentionKeys
  readonly hiddenSize: number
}

export function createEncoderBlocks(options: EncoderBlocksOptions): EncoderBlocks {
  const { graph, inputs, weight, layers, keys, hiddenSize } = options
  const shape = graph.op('Concat', [graph.op('Shape', [inputs.inputIds]), graph.ints([hiddenSize])], {
    axis: 0,
  })
  return {
    ...layers,
    graph,
    inputs,
    weight,
    shape,
    maskBias: maskBias(graph, inputs.attentionMask, keys),
    layerNorm(name, x, { width, epsilon, bias = true }) {
      const parameters = [weight(`${name}.weight`, [width])]
      if (bias) parameters.push(weight(`${name}.bias`, [width]))
      return graph.op('LayerNormalization', [x, ...parameters], { axis: -1, epsilon: float(epsilon) })
    },
    attention: createAttention({ ...options, shape }),
  }
}

function maskBias(graph: GraphBuilder, attentionMask: Value, keys: AttentionKeys): Value {
  const keyMask = keys.mask(attentionMask) // (batch, keys)
  const mask = graph.op('Cast', [keyMask], { to: onnxDataType.float32 })
  const masked = graph.op('Sub', [graph.floats([1]), mask])
  const bias = graph.op('Mul', [masked, graph.floats([lowestFloat32])]) // (batch, keys)
  const perKey = graph.op('Unsqueeze', [bias, graph.ints([1, 2])]) // (batch, 1, 1, keys)
  const batch = graph.op('Shape', [attentionMask], { start: 0, end: 1 })
  const tokens = graph.op('Shape', [attentionMask], { start: 1, end: 2 })
  const keyCount = graph.op('Shape', [keyMask], { start: 1, end: 2 })
  const full = graph.op('Concat', [batch, graph.ints([1]), tokens, keyCount], { axis: 0 })
  return graph.op('Expand', [perKey, full]) // (batch, 1, tokens, keys)
}
