/** bert-embed in a page: the checkpoint's safetensors, WebAssembly, fp32, in the default worker. */

import { createEmbedder } from 'bert-embed'
import { watchThread } from '../watch-thread.js'

let embedder

globalThis.system = {
  watchThread,
  async load(options) {
    embedder = await createEmbedder({ model: '/model/', maxLength: 512, ...options })
  },
  /** Returns vectors of length 1 as plain arrays. */
  async embed(texts) {
    return embedder.embed(texts, { pooling: 'mean', normalize: true })
  },
}
