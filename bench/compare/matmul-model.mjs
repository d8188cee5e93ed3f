/** An ONNX model of nothing but one BERT layer's matrix multiplications, one after the other. */

import { createRandom, fillNormal } from '../random.mjs'

/**
 * The bytes of a model with the input `x` float32 [rows, hidden] and an output `y` of the same shape. Weights are
 * [out, in], as checkpoints have them; their deviation keeps the values of a product near those of its input.
 */
export function matmulModel({ hidden_size: hidden, intermediate_size: intermediate }) {
  const random = createRandom(0)
  const sizes = [...Array(4).fill([hidden, hidden]), [hidden, intermediate], [intermediate, hidden]]
  const names = ['x', ...sizes.slice(1).map((_, index) => `x${index}`), 'y']
  const nodes = sizes.map((_, index) => gemm([names[index], `weight${index}`], names[index + 1]))
  const weights = sizes.map(([from, to], index) => {
    const values = new Float32Array(from * to)
    fillNormal(values, { random, mean: 0, deviation: 1 / Math.sqrt(from) })
    return initializer(`weight${index}`, [to, from], values)
  })
  // Field numbers, here and below, are those of onnx.proto3.
  const graph = [
    ...nodes.map((node) => field(1, node)),
    field(2, 'matmul'),
    ...weights.map((weight) => field(5, weight)),
    field(11, valueInfo('x', hidden)),
    field(12, valueInfo('y', hidden)),
  ]
  return message(field(1, 8 /* ir_version */), field(7, message(...graph)), field(8, message(field(2, 17))))
}

/** What one run of the model computes, in floating-point operations. */
export function matmulFlops({ hidden_size: hidden, intermediate_size: intermediate }, rows) {
  return 2 * rows * (4 * hidden * hidden + 2 * hidden * intermediate)
}

const float32 = 1

function gemm(inputs, output) {
  const transB = message(field(1, 'transB'), field(3, 1), field(20, 2 /* INT */))
  return message(
    ...inputs.map((input) => field(1, input)),
    field(2, output),
    field(4, 'Gemm'),
    field(5, transB),
  )
}

function initializer(name, shape, values) {
  const sizes = shape.map((size) => field(1, size))
  return message(...sizes, field(2, float32), field(8, name), field(9, Buffer.from(values.buffer)))
}

/** float32 [rows, width], the number of rows known only when the model runs. */
function valueInfo(name, width) {
  const shape = [message(field(2, 'rows')), message(field(1, width))].map((size) => field(1, size))
  const tensor = message(field(1, float32), field(2, message(...shape)))
  return message(field(1, name), field(2, message(field(1, tensor))))
}

function message(...fields) {
  return Buffer.concat(fields)
}

/** A number as a varint, anything else as bytes after their length. */
function field(number, value) {
  if (typeof value === 'number') return Buffer.concat([varint(number << 3), varint(value)])
  const bytes = Buffer.from(value)
  return Buffer.concat([varint((number << 3) | 2), varint(bytes.byteLength), bytes])
}

function varint(value) {
  const bytes = []
  for (; value > 0x7f; value = Math.floor(value / 0x80)) bytes.push((value & 0x7f) | 0x80)
  return Buffer.from([...bytes, value])
}
