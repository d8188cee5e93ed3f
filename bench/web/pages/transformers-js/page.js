/** transformers.js in a page, used as in its documentation: the exported onnx/model.onnx, WebAssembly, fp32. */

import { env, pipeline } from '@huggingface/transformers'
import { watchThread } from '../watch-thread.js'

// Its default build of onnxruntime-web, from this server instead of a CDN.
const runtime = '/ort/ort-wasm-simd-threaded.asyncify'
env.backends.onnx.wasm.wasmPaths = { mjs: `${runtime}.mjs`, wasm: `${runtime}.wasm` }
env.allowLocalModels = true
env.allowRemoteModels = false
env.localModelPath = '/'

let extractor

globalThis.system = {
  watchThread,
  async load({ threads }) {
    if (threads) env.backends.onnx.wasm.numThreads = threads
    extractor = await pipeline('feature-extraction', 'model', { device: 'wasm', dtype: 'fp32' })
  },
  /** Returns vectors of length 1 as plain arrays. */
  async embed(texts, batchSize = texts.length) {
    const vectors = []
    for (let start = 0; start < texts.length; start += batchSize) {
      const output = await extractor(texts.slice(start, start + batchSize), {
        pooling: 'mean',
        normalize: true,
      })
      vectors.push(...output.tolist())
    }
    return vectors
  },
}
