import { describe, expect, test } from 'vitest'
import { nodeBackend } from '../../../src/backends/ort.node.js'
import { createGraphBuilder, type Opset } from '../../../src/model/onnx/graph-builder.js'
import { encodeModel } from '../../../src/model/onnx/onnx-proto.js'
import { createRowQuantizer } from '../../../src/model/onnx/row-quantizer.js'
import { createTensor } from '../../../src/tensor/tensor.js'

/** The rows as their numbers say: (number - zero point) * scale. */
async function throughBytes(
  rows: readonly (readonly number[])[],
  { least, opset }: { readonly least?: number; readonly opset?: Opset } = {},
): Promise<number[][]> {
  const width = rows[0]!.length
  const graph = createGraphBuilder(opset)
  const x = graph.input('x', 'float32', ['rows', width])
  const { values, scale, zeroPoint } = createRowQuantizer(graph).quantize(x, { width, least })
  graph.output('values', values, 'uint8', ['rows', width])
  graph.output('scale', scale, 'float32', ['rows', 1])
  graph.output('zeroPoint', zeroPoint!, 'uint8', [1])
  const session = await nodeBackend().createSession({
    files: [],
    encode: () => encodeModel(graph.build('rows')),
  })
  const feeds = { x: createTensor('float32', Float32Array.from(rows.flat()), [rows.length, width]) }
  const outputs = await session.run(feeds, ['values', 'scale', 'zeroPoint'])
  await session.dispose()
  const [zero] = outputs.zeroPoint!.data as Uint8Array
  const numbers = outputs.values!.data as Uint8Array
  const scales = outputs.scale!.data as Float32Array
  return rows.map((row, r) => row.map((_, i) => (numbers[r * width + i]! - zero!) * scales[r]!))
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

describe('rows as numbers of 8 bits', () => {
  test.each([20, 23] as const)('are within half a step of each row, in operator set %i', async (opset) => {
    const found = await throughBytes(rows, { opset })
    for (const [index, row] of rows.entries()) {
      const largest = Math.max(...row.map(Math.abs))
      expectWithin(found[index]!, row, (0.51 * largest) / 127)
    }
  })

  test('have finer steps where nothing is far below 0', async () => {
    const row = [2, 1.234, -0.17, 0]
    const [found] = await throughBytes([row], { least: -0.17 })
    expectWithin(found!, row, (0.51 * 2) / 191)
  })

  test('keep rows that are negative throughout, though the largest value tells nothing of them', async () => {
    const row = [-0.17, -0.1, -0.02, -0.003]
    const [found] = await throughBytes([row], { least: -0.17 })
    expectWithin(found!, row, (0.51 * 0.17) / 64)
  })

  test.each([undefined, -0.17, 0])('of zeros are zeros, with a least value of %s', async (least) => {
    const [found] = await throughBytes([[0, 0, 0, 0]], { ...(least !== undefined && { least }) })
    expect(found!.map(Math.abs)).toEqual([0, 0, 0, 0])
  })
})
