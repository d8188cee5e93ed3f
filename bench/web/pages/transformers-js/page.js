/** transformers.js in a page, used as in its documentation: the exported ONNX files, in WebAssembly. */

import { env, pipeline } from '@huggingface/transformers'
import { offerSystem } from '../offer-system.js'

// Its default build of onnxruntime-web, from this server instead of a CDN.
const runtime = '/ort/ort-wasm-simd-threaded.asyncify'
env.backends.onnx.wasm.wasmPaths = { mjs: `${runtime}.mjs`, wasm: `${runtime}.wasm` }
env.allowLocalModels = true
env.allowRemoteModels = false
env.localModelPath = '/'

let extractor

offerSystem({
  async load({ dtype, threads }) {
    if (threads) env.backends.onnx.wasm.numThreads = threads
    extractor = await pipeline('feature-extraction', 'model', { device: 'wasm', dtype })
  },
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
})
