import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { Backend } from '../../src/backends/backend.js'
import { nodeBackend } from '../../src/backends/ort.node.js'
import { loadEmbedder } from '../../src/loading/load-embedder.js'
import { memorySource } from '../../src/sources/memory.js'
import type { Tensor } from '../../src/tensor/tensor.js'
import { filesIn, readFiles } from '../support/fixtures.js'

const onnxModels = fileURLToPath(new URL('../fixtures/onnx-models/', import.meta.url))

/** A backend that keeps a hold of all that its sessions give. */
function keepOutputs(backend: Backend): { backend: Backend; given: Tensor[] } {
  const given: Tensor[] = []
  return {
    given,
    backend: {
      ...backend,
      async createSession(model, options) {
        const session = await backend.createSession(model, options)
        return {
          ...session,
          async run(inputs, outputs) {
            const results = await session.run(inputs, outputs)
            given.push(...Object.values<Tensor>(results))
            return results
          },
        }
      },
    },
  }
}

test.each([
  { model: 'of our graph', worker: true, files: readFiles('tiny-relu') },
  { model: 'of our graph', worker: false, files: readFiles('tiny-relu') },
  { model: "of a repository's graph", worker: true, files: filesIn(`${onnxModels}sentence-transformers`) },
  { model: "of a repository's graph", worker: false, files: filesIn(`${onnxModels}sentence-transformers`) },
])('the outputs $model are freed once they are read, worker: $worker', async ({ files, worker }) => {
  const { backend, given } = keepOutputs(nodeBackend({ worker }))
  const embedder = await loadEmbedder(memorySource(files), backend)
  const vectors = await embedder.embed(['knight', 'squire'])
  await embedder.dispose()
  expect(given.map(({ data }) => data.byteLength)).toEqual([0])
  expect(vectors.map(({ length }) => length)).toEqual([embedder.dimension, embedder.dimension])
})
