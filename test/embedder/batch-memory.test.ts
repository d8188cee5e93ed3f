import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { Backend } from '../../src/backends/backend.js'
import { nodeBackend } from '../../src/backends/ort/ort.node.js'
import { loadEmbedder } from '../../src/loading/load-embedder.js'
import { memorySource } from '../../src/sources/memory.js'
import { pool } from '../../src/tensor/pooling.js'
import type { Tensor } from '../../src/tensor/tensor.js'
import { filesIn, largestDifference, readFiles } from '../support/fixtures.js'

const onnxModels = fileURLToPath(new URL('../fixtures/onnx-models/', import.meta.url))

/** Wraps a backend, and records the outputs of its sessions and the output names of each run. */
function keepOutputs(backend: Backend): { backend: Backend; given: Tensor[]; runs: string[][] } {
  const given: Tensor[] = []
  const runs: string[][] = []
  return {
    given,
    runs,
    backend: {
      ...backend,
      async createSession(model, options) {
        const session = await backend.createSession(model, options)
        return {
          ...session,
          async run(inputs, outputs) {
            const results = await session.run(inputs, outputs)
            given.push(...Object.values<Tensor>(results))
            runs.push([...outputs])
            return results
          },
        }
      },
    },
  }
}

test.each([
  { model: "the library's graph", worker: true, files: readFiles('tiny-relu') },
  { model: "the library's graph", worker: false, files: readFiles('tiny-relu') },
  { model: "a repository's graph", worker: true, files: filesIn(`${onnxModels}sentence-transformers`) },
  { model: "a repository's graph", worker: false, files: filesIn(`${onnxModels}sentence-transformers`) },
])('the outputs of $model are freed after they are read, with worker: $worker', async ({ files, worker }) => {
  const { backend, given } = keepOutputs(nodeBackend({ worker }))
  const embedder = await loadEmbedder(memorySource(files), backend)
  const vectors = await embedder.embed(['knight', 'squire'])
  await embedder.dispose()
  expect(given.map(({ data }) => data.byteLength)).toEqual([0])
  expect(vectors.map(({ length }) => length)).toEqual([embedder.dimension, embedder.dimension])
})

test.each([
  { loaded: undefined, pooling: 'max', outputs: 2 },
  { loaded: undefined, pooling: ['cls', 'max'], outputs: 2 },
  { loaded: undefined, pooling: ['cls', 'mean'], outputs: 1 },
  { loaded: 'max', pooling: undefined, outputs: 2 },
  { loaded: 'max', pooling: 'mean', outputs: 1 },
] as const)(
  'a batch is one run whose outputs are freed, with pooling $pooling and loaded for $loaded',
  async ({ loaded, pooling, outputs }) => {
    const { backend, given, runs } = keepOutputs(nodeBackend())
    const embedder = await loadEmbedder(memorySource(readFiles('tiny-relu')), backend, { pooling: loaded })
    const texts = ['the knight and his squire', 'horse']
    const vectors = await embedder.embed(texts, { pooling })
    expect(runs.map((names) => names.length)).toEqual([outputs])
    expect(given.map(({ data }) => data.byteLength)).toEqual(Array(outputs).fill(0))
    const { lastHiddenState, attentionMask } = await embedder.forward(texts)
    await embedder.dispose()
    const expected = pool(lastHiddenState, attentionMask, { pooling: pooling ?? embedder.pooling })
    expect(
      largestDifference(
        vectors.flatMap((vector) => [...vector]),
        expected.data,
      ),
    ).toBeLessThan(1e-6)
  },
)

test('a batch is one run for a model that excludes prompts from max pooling', async () => {
  const files = readFiles('sentence-transformers-new')
  const config = { embedding_dimension: 16, pooling_mode: ['max'], include_prompt: false }
  const { backend, runs } = keepOutputs(nodeBackend())
  const source = memorySource({ ...files, '1_Pooling/config.json': JSON.stringify(config) })
  const embedder = await loadEmbedder(source, backend)
  await embedder.embed(['knight', 'squire'], { prompt: 'query: ' })
  await embedder.dispose()
  expect(runs).toHaveLength(1)
})
