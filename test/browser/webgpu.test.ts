import * as ort from 'onnxruntime-web/webgpu'
import { describe, expect, test } from 'vitest'
import { webBackend } from '../../src/backends/ort.web.js'
import { createEmbedder } from '../../src/create-embedder.web.js'
import { largestDifference } from '../support/reference.js'
import { bareCheckpoints, checkpointUrl, fetchReference, smallCheckpoint, startWorker } from './models.js'

/** A GPU sums in another order, and approximates exp() and erf(). */
const gpuTolerance = 1e-3

test('the browser these tests run in has a WebGPU adapter', async () => {
  const { gpu } = navigator as { gpu?: { requestAdapter(): Promise<unknown> } }
  expect(await gpu?.requestAdapter()).toBeTruthy()
})

describe.each(bareCheckpoints)('the checkpoint %s on WebGPU', (name) => {
  test("has PyTorch's values", async () => {
    const reference = await fetchReference(name)
    const embedder = await createEmbedder({
      model: checkpointUrl(name),
      device: 'webgpu',
      backend: webBackend({ worker: startWorker }),
      cache: false,
    })
    expect(embedder.device).toBe('webgpu')
    // A GPU in software takes a minute for the longest texts; these are longer than one tile of any attention kernel.
    const texts = reference.texts.filter((_, text) => reference.inputIds[text]!.length <= 128)
    const expected = reference.lastHiddenState.filter((_, text) => texts.includes(reference.texts[text]!))
    const { lastHiddenState } = await embedder.forward(texts)
    const [, tokens, hidden] = lastHiddenState.shape as [number, number, number]
    expect(tokens).toBeGreaterThanOrEqual(64)
    expected.forEach((values, text) => {
      const start = text * tokens * hidden
      const actual = lastHiddenState.data.subarray(start, start + values.length)
      expect(largestDifference(actual, values)).toBeLessThan(gpuTolerance)
    })
    await embedder.dispose()
  })
})

test('a GPU that computes something else is an error WRONG_RESULT', async () => {
  const backend = webBackend({ ort: withWrongGpu() })
  const loading = createEmbedder({ model: smallCheckpoint, device: 'webgpu', backend, cache: false })
  await expect(loading).rejects.toMatchObject({ code: 'WRONG_RESULT' })
})

test('a GPU that is lost is an error BACKEND_FAILED, and a call that waits for it does not wait for ever', async () => {
  const backend = webBackend({ worker: false })
  const embedder = await createEmbedder({ model: smallCheckpoint, device: 'webgpu', backend, cache: false })
  const { device } = ort.env.webgpu as unknown as { device: Promise<{ destroy(): void }> }
  ;(await device).destroy()
  await expect(embedder.embed('knight')).rejects.toMatchObject({ code: 'BACKEND_FAILED' })
  await embedder.dispose().catch(() => {})
})

/** onnxruntime-web whose GPU is a little off in the first value of every output. */
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
        inputNames: session.inputNames,
        outputNames: session.outputNames,
        run,
        release: () => session.release(),
      }
    },
  }
  return { InferenceSession, Tensor: ort.Tensor, env: ort.env } as never
}
