import { describe, expect, test } from 'vitest'
import { nodeBackend } from '../../../src/backends/ort/ort.node.js'
import { activationNames, type HiddenAct } from '../../../src/model/activation-names.js'
import { activations } from '../../../src/model/onnx/activations.js'
import { createGraphBuilder } from '../../../src/model/onnx/graph-builder.js'
import { modelToBytes } from '../../../src/model/onnx/onnx-proto.js'
import { createTensor } from '../../../src/tensor/tensor.js'
import { largestDifference } from '../../support/fixtures.js'

const inputs = Float32Array.of(-20, -6.5, -3, -1, -0.7, -0.1, 0, 0.1, 0.5, 1, 2.5, 5.9, 6.1, 20)

/**
 * torch 2.13 through transformers 5.18:
 * `[round(v, 7) for v in ACT2FN[name](torch.tensor(inputs)).double().tolist()]`
 */
const expected: Readonly<Record<HiddenAct, readonly number[]>> = {
  gelu: [
    0, 0, -0.0040499, -0.1586553, -0.1693745, -0.0460172, 0, 0.0539828, 0.3457312, 0.8413447, 2.4844759,
    5.9000001, 6.0999999, 20,
  ],
  gelu_python: [
    0, 0, -0.0040497, -0.1586553, -0.1693746, -0.0460172, 0, 0.0539828, 0.3457312, 0.8413447, 2.4844759,
    5.9000001, 6.0999999, 20,
  ],
  gelu_10: [
    0, 0, -0.0040499, -0.1586553, -0.1693745, -0.0460172, 0, 0.0539828, 0.3457312, 0.8413447, 2.4844759,
    5.9000001, 6.0999999, 10,
  ],
  gelu_new: [
    0, 0, -0.0036374, -0.158808, -0.1694299, -0.0460172, 0, 0.0539828, 0.345714, 0.841192, 2.4849157,
    5.9000001, 6.0999999, 20,
  ],
  gelu_fast: [
    0, 0, -0.0036374, -0.158808, -0.1694299, -0.0460172, 0, 0.0539828, 0.345714, 0.841192, 2.4849157,
    5.9000001, 6.0999999, 20,
  ],
  gelu_accurate: [
    0, 0, -0.0036374, -0.158808, -0.1694299, -0.0460172, 0, 0.0539828, 0.345714, 0.841192, 2.4849157,
    5.9000001, 6.0999999, 20,
  ],
  gelu_pytorch_tanh: [
    0, 0, -0.0036374, -0.158808, -0.1694299, -0.0460172, 0, 0.0539828, 0.345714, 0.841192, 2.4849157,
    5.9000001, 6.0999999, 20,
  ],
  gelu_python_tanh: [
    0, 0, -0.0036374, -0.158808, -0.1694299, -0.0460172, 0, 0.0539828, 0.345714, 0.841192, 2.4849157,
    5.9000001, 6.0999999, 20,
  ],
  quick_gelu: [
    0, -0.0001019, -0.0180713, -0.1542042, -0.163106, -0.0457552, 0, 0.0542448, 0.3503884, 0.8457958,
    2.465014, 5.8997436, 6.0998111, 20,
  ],
  relu: [0, 0, 0, 0, 0, 0, 0, 0.1, 0.5, 1, 2.5, 5.9000001, 6.0999999, 20],
  relu2: [0, 0, 0, 0, 0, 0, 0, 0.01, 0.25, 1, 6.25, 34.8100014, 37.2099991, 400],
  relu6: [0, 0, 0, 0, 0, 0, 0, 0.1, 0.5, 1, 2.5, 5.9000001, 6, 6],
  leaky_relu: [-0.2, -0.065, -0.03, -0.01, -0.007, -0.001, 0, 0.1, 0.5, 1, 2.5, 5.9000001, 6.0999999, 20],
  silu: [
    0, -0.0097577, -0.1422776, -0.2689414, -0.2322686, -0.0475021, 0, 0.0524979, 0.3112297, 0.7310586,
    2.3103545, 5.8838816, 6.0863485, 20,
  ],
  swish: [
    0, -0.0097577, -0.1422776, -0.2689414, -0.2322686, -0.0475021, 0, 0.0524979, 0.3112297, 0.7310586,
    2.3103545, 5.8838816, 6.0863485, 20,
  ],
  mish: [
    0, -0.009765, -0.1456475, -0.3034014, -0.2678702, -0.0567886, 0, 0.0631794, 0.3752452, 0.8650984,
    2.4713924, 5.8999124, 6.0999389, 20,
  ],
  tanh: [
    -1, -0.9999955, -0.9950548, -0.7615942, -0.6043678, -0.099668, 0, 0.099668, 0.4621172, 0.7615942,
    0.9866143, 0.999985, 0.9999899, 1,
  ],
  sigmoid: [
    0, 0.0015012, 0.0474259, 0.2689414, 0.3318122, 0.4750208, 0.5, 0.5249792, 0.6224594, 0.7310586, 0.9241418,
    0.9972681, 0.9977621, 1,
  ],
  linear: [-20, -6.5, -3, -1, -0.7, -0.1, 0, 0.1, 0.5, 1, 2.5, 5.9000001, 6.0999999, 20],
}

async function compute(name: HiddenAct, values: Float32Array): Promise<Float32Array> {
  const graph = createGraphBuilder()
  const x = graph.input('x', 'float32', ['n'])
  graph.output('y', activations[name].apply(graph, x), 'float32', ['n'])
  const session = await nodeBackend().createSession({
    files: [],
    toBytes: () => modelToBytes(graph.build(name)),
  })
  const { y } = await session.run({ x: createTensor('float32', values, [values.length]) }, ['y'])
  await session.dispose()
  return y!.data as Float32Array
}

describe('an activation', () => {
  test.each(activationNames)('%s computes the same as in transformers', async (name) => {
    // Values are up to 400, float32 has a relative precision of 6e-8, and the functions' approximations differ.
    expect(largestDifference(await compute(name, inputs), expected[name])).toBeLessThan(2e-6)
  })

  const bounded = activationNames.flatMap((name) => {
    const { min } = activations[name]
    return min === undefined ? [] : [{ name, min }]
  })
  test.each(bounded)(
    'the minimum of $name is $min, rounded down by less than 0.001',
    async ({ name, min }) => {
      const values = await compute(
        name,
        Float32Array.from({ length: 4001 }, (_, index) => index / 100 - 20),
      )
      const found = Math.min(...values)
      expect(found).toBeGreaterThanOrEqual(min)
      expect(found).toBeLessThan(min + 1e-3)
    },
  )
})
