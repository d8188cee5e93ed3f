/** Quantises activations to 8-bit numbers, with a scale for each row: value = (number - zero point) * scale. */

import type { GraphBuilder, Value } from './graph-builder.js'
import { onnxDataType } from './onnx-proto.js'

export interface QuantizedActivations {
  /** uint8 (rows, width), because products of two signed matrices have no fast kernel. */
  readonly values: Value
  /** (rows, 1) */
  readonly scale: Value
  /** The number that stands for 0: uint8 [1]. `undefined` if the matrix cancels it. */
  readonly zeroPoint?: Value | undefined
}

export interface RowsOptions {
  readonly width: number
  /** A lower bound of all values, at most 0. */
  readonly min?: number | undefined
}

/**
 * Quantises rows (rows, width). Calls with the same value share one result. All values have the same number of rows.
 */
export interface ActivationQuantizer {
  /** Quantises with a zero point that all rows share. */
  quantize(x: Value, options: RowsOptions): QuantizedActivations
  /**
   * Quantises for balanced matrices, whose columns have sum 0. A zero point adds nothing to such a product, so each row
   * has a separate one. Rows then use all 8 bits, even though most values of trained activations are on one side of 0.
   *
   * @param x Rows that each contain a 0, or values on both sides of it.
   */
  balanced(x: Value, width: number): QuantizedActivations
}

/**
 * ONNX Runtime's own quantiser computes one scale for all rows. With a scale for each row, a text's vector does not
 * depend on the other texts in its batch, nor a token's on an outlier in another token.
 */
export function createActivationQuantizer(graph: GraphBuilder): ActivationQuantizer {
  const zeroPoints = new Map<number, Value>()

  /** A zero point for each row, as the operator requires next to the scales. */
  function zeroPointsFor(scale: Value, zero: number): Value {
    const known = zeroPoints.get(zero)
    if (known) return known
    const perRow = graph.op('Expand', [graph.byte(zero), graph.op('Shape', [scale])]) // (rows, 1)
    zeroPoints.set(zero, perRow)
    return perRow
  }

  /** @param scale (rows, 1) @param zeros uint8 (rows, 1) */
  function toBytes(x: Value, scale: Value, zeros: Value, width: number): Value {
    if (graph.opset >= 23)
      return graph.op('QuantizeLinear', [x, scale, zeros], { axis: 1, block_size: width })
    const flat = (perRow: Value) => graph.op('Reshape', [perRow, graph.ints([-1])]) // (rows)
    return graph.op('QuantizeLinear', [x, flat(scale), flat(zeros)], { axis: 0 })
  }

  return {
    quantize: oncePerValue((x, { width, min }: RowsOptions) => {
      const { scale, zero } = min === undefined ? symmetricScale(graph, x) : scaleAbove(graph, x, min)
      const values = toBytes(x, scale, zeroPointsFor(scale, zero), width)
      return { values, scale, zeroPoint: graph.byte(zero) }
    }),
    balanced: oncePerValue((x, width: number) => {
      const { scale, zeros } = scaleOfRange(graph, x)
      return { values: toBytes(x, scale, zeros, width), scale }
    }),
  }
}

function oncePerValue<Options>(quantize: (x: Value, options: Options) => QuantizedActivations) {
  const known = new Map<Value, QuantizedActivations>()
  return (x: Value, options: Options): QuantizedActivations => {
    const rows = known.get(x) ?? quantize(x, options)
    known.set(x, rows)
    return rows
  }
}

/** The same number of steps below 0 as above. */
function symmetricScale(graph: GraphBuilder, x: Value) {
  const largest = reduce(graph, 'ReduceMax', graph.op('Abs', [x]))
  return { scale: graph.op('Mul', [largest, graph.floats([1 / 127])]), zero: 128 }
}

/**
 * Uses nearly all numbers above 0, and a scale with room for `min` below it. The steps are finer, and the smallest
 * value of a row need not be found. With 32 numbers below 0, a GELU's `min` does not determine the scale of a row whose
 * largest value is above 1.2, as in nearly all rows of trained encoders.
 */
function scaleAbove(graph: GraphBuilder, x: Value, min: number) {
  const zero = min === 0 ? 0 : 32
  const largest = reduce(graph, 'ReduceMax', x)
  const scale = graph.op('Mul', [largest, graph.floats([1 / (255 - zero)])])
  return zero === 0 ? { scale, zero } : { scale: graph.op('Max', [scale, graph.floats([-min / zero])]), zero }
}

/**
 * Divides the range from the row's smallest to its largest value into 254 steps. The zero point is rounded down, which
 * needs up to one more step at the upper end. A row of zeros has scale 0, so its products are 0.
 */
function scaleOfRange(graph: GraphBuilder, x: Value) {
  const smallest = reduce(graph, 'ReduceMin', x)
  const range = graph.op('Sub', [reduce(graph, 'ReduceMax', x), smallest])
  const steps = graph.op('Div', [smallest, range]) // -1 to 0
  const zeros = graph.op('Mul', [steps, graph.floats([-254])])
  return {
    scale: graph.op('Mul', [range, graph.floats([1 / 254])]),
    zeros: graph.op('Cast', [zeros], { to: onnxDataType.uint8 }),
  }
}

/** (rows, width) -> (rows, 1) */
function reduce(graph: GraphBuilder, operator: 'ReduceMax' | 'ReduceMin', x: Value): Value {
  return graph.op(operator, [x, graph.ints([1])], { keepdims: 1 })
}
