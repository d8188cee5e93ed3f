import { describe, expect, test } from 'vitest'
import { nodeBackend } from '../../../src/backends/ort/ort.node.js'
import {
  type ActivationQuantizer,
  createActivationQuantizer,
  type QuantizedActivations,
} from '../../../src/model/onnx/activation-quantizer.js'
import { createGraphBuilder, type Opset, type Value } from '../../../src/model/onnx/graph-builder.js'
import { modelToBytes } from '../../../src/model/onnx/onnx-proto.js'
import { createTensor } from '../../../src/tensor/tensor.js'

interface Options {
  readonly min?: number
  readonly opset?: Opset
}

/** The rows after quantisation: (number - zero point) * scale. */
async function throughBytes(
  rows: readonly (readonly number[])[],
  options: Options = {},
): Promise<number[][]> {
  const { min, opset } = options
  const { numbers, scales, zero } = await quantize(rows, opset, (quantizer, x, width) =>
    quantizer.quantize(x, { width, min }),
  )
  return numbers.map((row, r) => row.map((number) => (number - zero!) * scales[r]!))
}

/** The differences between neighbouring values after quantisation, which do not depend on the zero point. */
async function stepsThroughBytes(rows: readonly (readonly number[])[], opset: Opset): Promise<number[][]> {
  const { numbers, scales, zero } = await quantize(rows, opset, (quantizer, x, width) =>
    quantizer.balanced(x, width),
  )
  expect(zero).toBeUndefined()
  return numbers.map((row, r) => differences(row).map((steps) => steps * scales[r]!))
}

const differences = (row: readonly number[]) => row.slice(1).map((value, i) => value - row[i]!)

async function quantize(
  rows: readonly (readonly number[])[],
  opset: Opset | undefined,
  quantized: (quantizer: ActivationQuantizer, x: Value, width: number) => QuantizedActivations,
) {
  const width = rows[0]!.length
  const graph = createGraphBuilder(opset)
  const x = graph.input('x', 'float32', ['rows', width])
  const { values, scale, zeroPoint } = quantized(createActivationQuantizer(graph), x, width)
  graph.output('values', values, 'uint8', ['rows', width])
  graph.output('scale', scale, 'float32', ['rows', 1])
  if (zeroPoint !== undefined) graph.output('zeroPoint', zeroPoint, 'uint8', [1])
  const session = await nodeBackend().createSession({
    files: [],
    toBytes: () => modelToBytes(graph.build('rows')),
  })
  const feeds = { x: createTensor('float32', Float32Array.from(rows.flat()), [rows.length, width]) }
  const names = ['values', 'scale', ...(zeroPoint === undefined ? [] : ['zeroPoint'])]
  const outputs = await session.run(feeds, names)
  await session.dispose()
  const bytes = outputs.values!.data as Uint8Array
  return {
    numbers: rows.map((_, r) => [...bytes.subarray(r * width, (r + 1) * width)]),
    scales: outputs.scale!.data as Float32Array,
    zero: (outputs.zeroPoint?.data as Uint8Array | undefined)?.[0],
  }
}

function expectWithin(actual: readonly number[], expected: readonly number[], tolerance: number): void {
  const differences = expected.map((value, index) => Math.abs(value - actual[index]!))
  expect(Math.max(...differences)).toBeLessThan(tolerance)
}

const rows = [
  [1, -0.5, 0.25, 0.1],
  [100, -0.1, 0.05, 40],
  [-0.001, 0.0005, -0.0007, 0],
]

describe('quantised activations', () => {
  test.each([20, 23] as const)(
    'quantised activations are within half a step, in operator set %i',
    async (opset) => {
      const found = await throughBytes(rows, { opset })
      for (const [index, row] of rows.entries()) {
        const largest = Math.max(...row.map(Math.abs))
        expectWithin(found[index]!, row, (0.51 * largest) / 127)
      }
    },
  )

  test('quantised activations have finer steps if no value is far below 0', async () => {
    const row = [2, 1.234, -0.17, 0]
    const [found] = await throughBytes([row], { min: -0.17 })
    expectWithin(found!, row, (0.51 * 2) / 223)
  })

  test('quantised activations are right for rows without a positive value', async () => {
    const row = [-0.17, -0.1, -0.02, -0.003]
    const [found] = await throughBytes([row], { min: -0.17 })
    expectWithin(found!, row, (0.51 * 0.17) / 32)
  })

  test.each([20, 23] as const)(
    'activations for balanced matrices use the range from the smallest to the largest value, in operator set %i',
    async (opset) => {
      const lopsided = [
        [9, -0.5, 0.25, 0.1],
        [1, -70, 0.05, 2],
        [0.001, 0.0005, -0.0007, 0],
      ]
      const found = await stepsThroughBytes(lopsided, opset)
      for (const [index, row] of lopsided.entries()) {
        const range = Math.max(...row) - Math.min(...row)
        // Half a step for each of the two values, and one more for the largest value.
        expectWithin(found[index]!, differences(row), (2.05 * range) / 254)
      }
    },
  )

  test('activations for balanced matrices have scale 0 for a row of zeros', async () => {
    const found = await stepsThroughBytes(
      [
        [0, 0, 0],
        [1, -1, 0],
      ],
      23,
    )
    expect(found[0]!.map(Math.abs)).toEqual([0, 0])
    expectWithin(found[1]!, [-2, 1], 0.02)
  })

  test.each([undefined, -0.17, 0])('zeros stay zeros with a lower bound of %s', async (min) => {
    const [found] = await throughBytes([[0, 0, 0, 0]], { ...(min !== undefined && { min }) })
    expect(found!.map(Math.abs)).toEqual([0, 0, 0, 0])
  })
})
