/** Adds weights to a graph as initializers that are byte ranges of the checkpoint's files. */

import type { Weights } from '../weights.js'
import type { GraphBuilder, Value } from './graph-builder.js'
import { type OnnxDataType, onnxDataType } from './onnx-proto.js'

/**
 * Returns the value of a parameter: float32, or the whole numbers that it was quantised to. Throws the errors of {@link
 * Weights.get}.
 */
export type WeightLoader = (name: string, shape: readonly number[]) => Value

const onnxDtypes: Readonly<Record<string, OnnxDataType>> = {
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  I8: 'int8',
  U8: 'uint8',
}

/**
 * Half-precision weights get a Cast, which ONNX Runtime folds when it loads the graph. A parameter gets only one Cast,
 * however often it is used, because each Cast is folded into a separate float copy.
 */
export function createWeightLoader(
  graph: GraphBuilder,
  weights: Weights,
  locate: (file: string) => string,
): WeightLoader {
  const loaded = new Map<string, Value>()

  function load(name: string, shape: readonly number[]): Value {
    const tensor = weights.get(name, shape)
    const dtype = onnxDtypes[tensor.dtype]!
    const { byteOffset, byteLength } = tensor
    const content = { location: locate(tensor.file), byteOffset, byteLength }
    const value = graph.initializer({ name, dtype, shape, content })
    const isHalf = dtype === 'float16' || dtype === 'bfloat16'
    return isHalf ? graph.op('Cast', [value], { to: onnxDataType.float32 }) : value
  }

  return (name, shape) => {
    const value = loaded.get(name) ?? load(name, shape)
    loaded.set(name, value)
    return value
  }
}
