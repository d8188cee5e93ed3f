import * as ort from 'onnxruntime-web/webgpu'
import { afterAll, expect, test } from 'vitest'
import { webBackend } from '../../src/backends/ort/ort.web.js'
import { createEmbedder } from '../../src/create-embedder.web.js'
import type { Embedder } from '../../src/embedder/embedder-types.js'
import { largestDifference } from '../support/reference.js'
import { checkpointUrl, fetchReference, smallCheckpoint, startWorker } from './models.js'

/** A GPU sums in a different order, and approximates exp() and erf(). */
const gpuTolerance = 1e-3

const onGpu = { device: 'webgpu', cache: false } as const

test('the browser of these tests has a WebGPU adapter', async () => {
  const { gpu } = navigator as { gpu?: { requestAdapter(): Promise<unknown> } }
  expect(await gpu?.requestAdapter()).toBeTruthy()
})

/** One checkpoint for each set of operators. The others differ only in their files. */
const checkpoints = [
  'bert-small-untrained',
  'modernbert-untrained',
  'mpnet-untrained',
  'tiny-bf16',
  'tiny-f16',
  'tiny-gelu-new',
  'tiny-odd-heads',
  'tiny-quick-gelu',
  'tiny-relu',
  'tiny-silu',
  'tiny-tanh',
]

/** Kept open, because ONNX Runtime frees its shaders with its last session, and compiling them takes long. */
const kept: Embedder[] = []
afterAll(() => Promise.all(kept.map((embedder) => embedder.dispose().catch(() => {})))) // the last test has destroyed the GPU

test.each(checkpoints)("the checkpoint %s has PyTorch's values on WebGPU", async (name) => {
  const reference = await fetchReference(name)
  const backend = webBackend({ worker: false })
  const embedder = await createEmbedder({ ...onGpu, model: checkpointUrl(name), backend })
  kept.push(embedder)
  expect(embedder.device).toBe('webgpu')
  // A software GPU takes a minute for the longest texts. These are longer than one tile of any attention kernel.
  const texts = reference.texts.filter((_, text) => reference.inputIds[text]!.length <= 128)
  const expected = reference.lastHiddenState.filter((_, text) => reference.inputIds[text]!.length <= 128)
  const { lastHiddenState } = await embedder.forward(texts)
  const [, tokens, hidden] = lastHiddenState.shape as [number, number, number]
  expect(tokens).toBeGreaterThan(32)
  expected.forEach((values, text) => {
    const start = text * tokens * hidden
    const actual = lastHiddenState.data.subarray(start, start + values.length)
    expect(largestDifference(actual, values)).toBeLessThan(gpuTolerance)
  })
})

test("the GPU of a worker has PyTorch's values", async () => {
  const { texts, normalizedMean } = await fetchReference('tiny-relu')
  const backend = webBackend({ worker: startWorker })
  const embedder = await createEmbedder({ ...onGpu, model: checkpointUrl('tiny-relu'), backend })
  expect(embedder.device).toBe('webgpu')
  const vectors = await embedder.embed(texts, { normalize: true })
  vectors.forEach((vector, text) => {
    expect(largestDifference(vector, normalizedMean[text]!)).toBeLessThan(gpuTolerance)
  })
  await embedder.dispose()
})

test('a GPU that computes wrong values is an error WRONG_RESULT', async () => {
  const backend = webBackend({ ort: withWrongGpu() })
  const loading = createEmbedder({ ...onGpu, model: smallCheckpoint, backend })
  await expect(loading).rejects.toMatchObject({ code: 'WRONG_RESULT' })
})

test('a lost GPU is an error BACKEND_FAILED for a call, which does not hang', async () => {
  const backend = webBackend({ worker: false })
  const embedder = await createEmbedder({ ...onGpu, model: smallCheckpoint, backend })
  const { device } = ort.env.webgpu as unknown as { device: Promise<{ destroy(): void }> }
  ;(await device).destroy()
  await expect(embedder.embed('knight')).rejects.toMatchObject({ code: 'BACKEND_FAILED' })
  await embedder.dispose().catch(() => {})
})

/** An onnxruntime-web whose GPU has a small error in the first value of every output. */
function withWrongGpu() {
  const InferenceSession = {
    async create(...[model, options]: Parameters<(typeof ort.InferenceSession)['create']>) {
      const session = await ort.InferenceSession.create(model as never, options)
      if (!options?.executionProviders?.includes('webgpu')) return session
      const run: typeof session.run = async (feeds: never) => {
        const outputs = await session.run(feeds)
        for (const { data } of Object.values(outputs)) (data as Float32Array)[0]! += 0.01
        return outputs
      }
      return {
        ...session,
        outputNames: session.outputNames,
        run,
        release: () => session.release(),
      }
    },
  }
  return { InferenceSession, Tensor: ort.Tensor, env: ort.env } as never
}
