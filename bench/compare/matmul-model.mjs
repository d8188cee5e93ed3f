/** An ONNX model that has only the matrix multiplications of one BERT layer, one after the other. */

import { createRandom, fillNormal } from '../random.mjs'
import { firstRow, firstRowIndex, initializer, model, node, valueInfo } from './onnx-bytes.mjs'

/**
 * Returns the bytes of a model with the input `x`, float32 [rows, hidden], and the output `y`, the first row of the last product.
 * Weights are [out, in], as in checkpoints. Their standard deviation keeps the values of a product as large as those of its
 * input.
 */
export function matmulModel({ hidden_size: hidden, intermediate_size: intermediate }) {
  const random = createRandom(0)
  const sizes = [...Array(4).fill([hidden, hidden]), [hidden, intermediate], [intermediate, hidden]]
  const names = ['x', ...sizes.map((_, index) => `product${index}`)]
  const nodes = sizes.map((_, index) =>
    node('Gemm', [names[index], `weight${index}`], { output: names[index + 1], attributes: { transB: 1 } }),
  )
  const weights = sizes.map(([from, to], index) => {
    const values = new Float32Array(from * to)
    fillNormal(values, { random, mean: 0, deviation: 1 / Math.sqrt(from) })
    return initializer(`weight${index}`, [to, from], values)
  })
  return model({
    nodes: [...nodes, firstRow(names.at(-1), 'y')],
    initializers: [...weights, firstRowIndex],
    input: valueInfo('x', ['rows', hidden]),
    output: valueInfo('y', [1, hidden]),
  })
}

/** Floating-point operations of one run of the model. */
export function matmulFlops({ hidden_size: hidden, intermediate_size: intermediate }, rows) {
  return 2 * rows * (4 * hidden * hidden + 2 * hidden * intermediate)
}
