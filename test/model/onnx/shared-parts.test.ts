import { describe, expect, test } from 'vitest'
import { createAttentionBias } from '../../../src/model/onnx/distance-biases.js'
import { createGraphBuilder } from '../../../src/model/onnx/graph-builder.js'
import { createRotary } from '../../../src/model/onnx/rotary.js'

function createBlocks() {
  const graph = createGraphBuilder()
  const input = (name: string) => graph.input(name, 'float32', ['rows', 16])
  const ids = graph.input('ids', 'int32', ['batch', 'tokens'])
  const maskBias = input('mask_bias')
  const context = {
    graph,
    inputs: { inputIds: ids, attentionMask: ids, tokenTypeIds: ids },
    weight: input,
    shape: graph.ints([1, -1, 16]),
    maskBias,
  }
  const blocks = { rotate: createRotary(context), attentionBias: createAttentionBias(context) }
  return { graph, blocks, maskBias, x: input('x') }
}

describe('parts of a graph that layers share', () => {
  test('layers share the cosines of their angles', () => {
    const { graph, blocks, x } = createBlocks()
    const angles = { headSize: 8, theta: 10_000, maxTokens: 32 }
    const rotated = [angles, { ...angles }, { ...angles, theta: 160_000 }].map((each) =>
      blocks.rotate(x, each),
    )
    const sum = rotated.reduce((total, next) => graph.op('Add', [total, next]))
    graph.output('y', sum, 'float32', ['rows', 16])
    const { nodes } = graph.build('rotary').graph
    expect(nodes.filter(({ opType }) => opType === 'RotaryEmbedding')).toHaveLength(3)
    expect(nodes.filter(({ opType }) => opType === 'Cos')).toHaveLength(2)
  })

  test('layers share their attention bias, and full attention has the bias of the mask', () => {
    const { blocks, maskBias } = createBlocks()
    const relativeBias = { name: 'table', rows: 4, maxDistance: 1, rowsByDistance: [0, 1, 2] }
    expect(blocks.attentionBias({ heads: 2 })).toBe(maskBias)
    for (const options of [{ window: 4 }, { relativeBias }]) {
      const bias = blocks.attentionBias({ heads: 2, ...options })
      expect(bias).not.toBe(maskBias)
      expect(blocks.attentionBias({ heads: 2, ...options })).toBe(bias)
    }
    const narrow = blocks.attentionBias({ heads: 2, window: 3 })
    expect(narrow).not.toBe(blocks.attentionBias({ heads: 2, window: 4 }))
  })
})
