import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { BackendSession } from '../../../src/backends/backend.js'
import { nodeBackend } from '../../../src/backends/ort/ort.node.js'
import { createGraphBuilder } from '../../../src/model/onnx/graph-builder.js'
import { modelToBytes } from '../../../src/model/onnx/onnx-proto.js'
import { createRotary } from '../../../src/model/onnx/rotary.js'
import { createTensor } from '../../../src/tensor/tensor.js'

const maxTokens = 8192
const headSize = 64

/**
 * By theta and position: the cosines, then the sines, of the angles 0, 1, 5 and 31. torch 2.13 through transformers 5.18:
 * `ModernBertRotaryEmbedding(ModernBertConfig())(x, positions, layer_type)`, rounded to 7 places.
 */
const expected: readonly (readonly [theta: number, position: number, angles: readonly number[]])[] = [
  [160_000, 0, [1, 1, 1, 1, 0, 0, 0, 0]],
  [160_000, 1, [0.5403023, 0.7727359, 0.9882015, 1, 0.841471, 0.6347277, 0.1531594, 0.0000091]],
  [160_000, 512, [-0.9968334, 0.9755651, -0.9824474, 0.9999892, 0.0795185, 0.2197106, -0.1865397, 0.0046535]],
  [
    160_000,
    8191,
    [-0.6463905, -0.9597157, -0.9573296, 0.9972301, -0.7630068, 0.2809728, 0.2889984, 0.074378],
  ],
  [10_000, 127, [0.2323591, 0.5497052, 0.2679989, 0.9998566, 0.9726301, 0.8353587, -0.9634192, 0.0169349]],
  [10_000, 8191, [-0.6463905, -0.8420828, 0.6310968, 0.4604561, -0.7630068, -0.5393483, 0.775704, 0.8876825]],
]

/** Opens a graph that rotates `x`, which has two heads. */
async function openRotary(theta: number): Promise<BackendSession> {
  const graph = createGraphBuilder()
  const x = graph.input('x', 'float32', ['rows', 2 * headSize])
  const shape = graph.ints([1, maxTokens, 2 * headSize])
  const rotated = createRotary({ graph, shape })(x, { maxTokens, headSize, theta })
  graph.output('y', rotated, 'float32', ['rows', 2 * headSize])
  return nodeBackend().createSession({ files: [], toBytes: () => modelToBytes(graph.build('rotary')) })
}

describe.each([160_000, 10_000])('rotary embeddings of theta %i', (theta) => {
  let session: BackendSession
  beforeAll(async () => {
    session = await openRotary(theta)
  })
  afterAll(() => session.dispose())

  test("rotary embeddings rotate by PyTorch's angles, up to position 8,191", async () => {
    // Each head has 1 in its first half and 0 in its second. Rotation makes them the cosines and the sines.
    const head = Float32Array.from({ length: maxTokens * 2 * headSize }, (_, i) =>
      Number(i % headSize < headSize / 2),
    )
    const x = createTensor('float32', head, [maxTokens, 2 * headSize])
    const { y } = await session.run({ x }, ['y'])
    for (const [, position, angles] of expected.filter(([of]) => of === theta))
      for (const start of [0, headSize])
        for (const [index, angle] of [0, 1, 5, 31].entries()) {
          const cosine = position * 2 * headSize + start + angle
          expect(y.data[cosine]).toBeCloseTo(angles[index]!, 6)
          expect(y.data[cosine + headSize / 2]).toBeCloseTo(angles[index + 4]!, 6)
        }
  })
})
