/** Runs the layers of q8 on WebGPU, which are in blocks, on the CPU. */

import { expect, test } from 'vitest'
import { encoderGraph } from '../../../src/model/onnx/encoder-graph.js'
import { encoderProbeInputs } from '../../../src/model/onnx/encoder-probe.js'
import { poolingWeights } from '../../../src/tensor/pooling-weights.js'
import { cosineSimilarity } from '../../../src/vectors/similarity.js'
import { distinctCheckpoints } from '../../support/fixtures.js'
import { loadParts, openGraph } from './open-graph.js'

const device = 'webgpu'
const untrained = distinctCheckpoints.filter((name) => name.endsWith('-untrained'))

test.each([...untrained, 'tiny-odd-heads', 'tiny-bf16'])(
  'the token vectors of %s with 8-bit blocks are close to those of fp32',
  async (name) => {
    const [exact, small] = [await run(name, 'fp32'), await run(name, 'q8')]
    expect(small.files.map(({ path }) => path)).toEqual([expect.stringContaining('q8-blocks')])
    expect(small.vectors).not.toEqual(exact.vectors)
    const cosines = small.vectors.map((vector, token) => cosineSimilarity(vector, exact.vectors[token]!))
    expect(Math.min(...cosines)).toBeGreaterThan(0.999)
  },
)

async function run(name: string, dtype: 'fp32' | 'q8') {
  const parts = await loadParts(name, { dtype, device })
  const inputs = encoderProbeInputs(parts.encoder)
  const feeds = { ...inputs, pooling_weights: poolingWeights(inputs.attention_mask!, ['mean']) }
  const session = await openGraph(parts, { graph: encoderGraph, device })
  const { last_hidden_state: tensor } = await session.run(feeds, ['last_hidden_state'])
  await session.dispose()
  const width = tensor.shape.at(-1)!
  const values = tensor.data as Float32Array
  const vectors = Array.from({ length: values.length / width }, (_, token) =>
    values.subarray(token * width, (token + 1) * width),
  )
  return { files: parts.files, vectors }
}
