/** The blocks that architectures build encoders from: the layers of a dtype, and attention for a device. */

import { type AttentionOptions, type AttentionRows, createAttention } from './attention.js'
import type { DeviceTraits } from './device-traits.js'
import { type GraphBuilder, lowestFloat32, type Value } from './graph-builder.js'
import type { LinearLayers } from './linear-layers.js'
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
  /** Loads a parameter that is small, or has to be exact. */
  readonly weight: WeightLoader
  /** Bias for attention scores: 0 where the mask is 1, the lowest float32 where it is 0; (batch, 1, tokens, keys). */
  readonly maskBias: Value
  /** int64 [batch, tokens, hidden] */
  readonly shape: Value
  /** Scaled dot-product attention of rows; these and the result are (batch * tokens, hidden). */
  attention(rows: AttentionRows, options: AttentionOptions): Value
}

export interface EncoderBlocksOptions {
  readonly graph: GraphBuilder
  readonly inputs: EncoderInputs
  readonly weight: WeightLoader
  readonly layers: LinearLayers
  /** Traits of the device that the graph will run on. */
  readonly traits: DeviceTraits
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
