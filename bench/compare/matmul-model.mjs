/** An ONNX model of nothing but one BERT layer's matrix multiplications, one after the other. */

import { createRandom, fillNormal } from '../random.mjs'
import { initializer, model, node, valueInfo } from './onnx-bytes.mjs'

/**
 * The bytes of a model with the input `x` float32 [rows, hidden] and an output `y` of the same shape. Weights are
 * [out, in], as checkpoints have them; their deviation keeps the values of a product near those of its input.
 */
export function matmulModel({ hidden_size: hidden, intermediate_size: intermediate }) {
  const random = createRandom(0)
  const sizes = [...Array(4).fill([hidden, hidden]), [hidden, intermediate], [intermediate, hidden]]
  const names = ['x', ...sizes.slice(1).map((_, index) => `x${index}`), 'y']
  const nodes = sizes.map((_, index) =>
    node('Gemm', [names[index], `weight${index}`], { output: names[index + 1], attributes: { transB: 1 } }),
  )
  const weights = sizes.map(([from, to], index) => {
    const values = new Float32Array(from * to)
    fillNormal(values, { random, mean: 0, deviation: 1 / Math.sqrt(from) })
    return initializer(`weight${index}`, [to, from], values)
  })
  return model({
    nodes,
    initializers: weights,
    input: valueInfo('x', hidden),
    output: valueInfo('y', hidden),
  })
}

/** What one run of the model computes, in floating-point operations. */
export function matmulFlops({ hidden_size: hidden, intermediate_size: intermediate }, rows) {
  return 2 * rows * (4 * hidden * hidden + 2 * hidden * intermediate)
}
