import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { BackendSession } from '../../../src/backends/backend.js'
import { encoderGraph } from '../../../src/model/onnx/encoder-graph.js'
import { pool } from '../../../src/tensor/pooling.js'
import { poolingModes } from '../../../src/tensor/pooling-modes.js'
import { type LinearPoolingMode, poolingWeights } from '../../../src/tensor/pooling-weights.js'
import { createTensor, type LastHiddenState, type Tensor } from '../../../src/tensor/tensor.js'
import { largestDifference } from '../../support/fixtures.js'
import { loadParts, openGraph } from './open-graph.js'

const linearModes = poolingModes.filter((mode): mode is LinearPoolingMode => mode !== 'max')

/** Padding on the right, padding on the left, gaps, and no token at all. */
const mask = [
  [1, 1, 1, 1, 1, 0, 0],
  [0, 0, 1, 1, 1, 1, 1],
  [1, 0, 1, 1, 0, 1, 0],
  [0, 0, 0, 0, 0, 0, 0],
]
const shape = [mask.length, mask[0]!.length]
const int32 = (value: (index: number) => number) =>
  createTensor(
    'int32',
    Int32Array.from({ length: mask.flat().length }, (_, i) => value(i)),
    shape,
  )
const inputs = {
  input_ids: int32((i) => 1 + ((5 * i) % 40)),
  attention_mask: int32((i) => mask.flat()[i]!),
  token_type_ids: int32(() => 0),
}

describe('pooling in the graph', () => {
  let session: BackendSession
  beforeAll(async () => {
    session = await openGraph(await loadParts('bert-small-untrained'), {
      graph: (options) => encoderGraph({ ...options, maxPooling: true }),
      device: 'cpu',
    })
  })
  afterAll(() => session.dispose())

  function run<Name extends string>(modes: readonly LinearPoolingMode[], outputs: readonly Name[]) {
    const weights = poolingWeights(inputs.attention_mask, modes)
    return session.run({ ...inputs, pooling_weights: weights }, outputs)
  }

  test.each([...linearModes.map((mode) => [mode]), linearModes])(
    '%s pooling in the graph equals pool() of the last hidden state',
    async (...modes) => {
      const outputs = await run(modes, ['last_hidden_state', 'pooled'])
      const expected = pool(outputs.last_hidden_state as LastHiddenState, inputs.attention_mask, {
        pooling: modes,
      })
      const [batch, width] = expected.shape as [number, number]
      expect(outputs.pooled.shape).toEqual([batch, modes.length, width / modes.length])
      // The vectors are sums of a few float32 values of about 1.
      expect(largestDifference(outputs.pooled.data as Float32Array, expected.data)).toBeLessThan(1e-6)
    },
  )

  test('max pooling in the graph is exactly pool() of the last hidden state', async () => {
    const outputs = await run(['cls'], ['last_hidden_state', 'max_pooled'])
    const hidden = outputs.last_hidden_state as LastHiddenState
    expect(outputs.max_pooled as Tensor<'float32'>).toEqual(
      pool(hidden, inputs.attention_mask, { pooling: 'max' }),
    )
  })
})
