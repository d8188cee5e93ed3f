/** Activations as numbers of 8 bits, each row with a scale of its own: value = (number - zero point) * scale. */

import type { GraphBuilder, Value } from './graph-builder.js'

export interface QuantizedRows {
  /** uint8 (rows, width): signed times signed has no fast kernel. */
  readonly values: Value
  /** (rows, 1) */
  readonly scale: Value
  /** The number that stands for 0: uint8 [1]. */
  readonly zeroPoint: Value
}

export interface RowsOptions {
  readonly width: number
  /** What no value is below, 0 at most. */
  readonly least?: number | undefined
}

/**
 * A scale for each row, where ONNX Runtime's own quantiser writes one for all of them: so a text's vector does not depend
 * on its neighbours in the batch, nor a token's on an outlier in another.
 *
 * @returns What quantises rows (rows, width), once for all that read the same ones. There are as many each time.
 */
export function createRowQuantizer(graph: GraphBuilder): (x: Value, options: RowsOptions) => QuantizedRows {
  const quantized = new Map<Value, QuantizedRows>()
  const zeroPoints = new Map<number, Value>()

  /** One for each row, as the operator wants it beside the scales. */
  function zeroPointsFor(scale: Value, zero: number): Value {
    const known = zeroPoints.get(zero)
    if (known) return known
    const perRow = graph.op('Expand', [graph.byte(zero), graph.op('Shape', [scale])])
    zeroPoints.set(zero, perRow)
    return perRow
  }

  function toBytes(x: Value, { scale, zero, width }: { scale: Value; zero: number; width: number }): Value {
    if (graph.opset >= 23)
      return graph.op('QuantizeLinear', [x, scale, zeroPointsFor(scale, zero)], {
        axis: 1,
        block_size: width,
      })
    const perRow = graph.op('Reshape', [scale, graph.ints([-1])]) // (rows)
    return graph.op('QuantizeLinear', [x, perRow, zeroPointsFor(perRow, zero)], { axis: 0 })
  }

  return (x, { width, least }) => {
    const known = quantized.get(x)
    if (known) return known
    const { scale, zero } = least === undefined ? symmetricScale(graph, x) : scaleAbove(graph, x, least)
    const rows = { values: toBytes(x, { scale, zero, width }), scale, zeroPoint: graph.byte(zero) }
    quantized.set(x, rows)
    return rows
  }
}

/** As many numbers below 0 as above. */
function symmetricScale(graph: GraphBuilder, x: Value) {
  const largest = rowMaximum(graph, graph.op('Abs', [x]))
  return { scale: graph.op('Mul', [largest, graph.floats([1 / 127])]), zero: 128 }
}

/**
 * Three quarters of the numbers above 0, and a scale that has room for `least` below it, whatever the row holds: steps are
 * finer for it, and the rows need not be read for their negative values.
 */
function scaleAbove(graph: GraphBuilder, x: Value, least: number) {
  const zero = 64
  const scale = graph.op('Mul', [rowMaximum(graph, x), graph.floats([1 / (255 - zero)])])
  return { scale: graph.op('Max', [scale, graph.floats([-least / zero])]), zero }
}

/** (rows, width) -> (rows, 1) */
function rowMaximum(graph: GraphBuilder, x: Value): Value {
  return graph.op('ReduceMax', [x, graph.ints([1])], { keepdims: 1 })
}
