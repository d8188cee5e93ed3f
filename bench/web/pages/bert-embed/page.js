/** bert-embed in a page: the checkpoint's own safetensors, WebAssembly, fp32, in the worker that is its default. */

import { createEmbedder } from 'bert-embed'
import { watchThread } from '../watch-thread.js'

let embedder

globalThis.system = {
  watchThread,
  async load(options) {
    embedder = await createEmbedder({ model: '/model/', maxLength: 512, ...options })
  },
  /** Vectors of length 1, as plain arrays. */
  async embed(texts) {
    return embedder.embed(texts, { pooling: 'mean', normalize: true })
  },
}
