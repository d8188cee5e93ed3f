/** bert-embed in a page: the checkpoint's safetensors in WebAssembly, with the default worker. */

import { createEmbedder } from 'bert-embed'
import { offerSystem } from '../offer-system.js'

let embedder

offerSystem({
  async load({ backend, plainSimd, ...options }) {
    embedder = await createEmbedder({
      model: '/model/',
      maxLength: 512,
      backend: await createBackend({ backend, plainSimd }),
      ...options,
    })
  },
  embed: (texts) => embedder.embed(texts, { pooling: 'mean', normalize: true }),
})

/** Returns `undefined` for the library's default. `plainSimd` asks for a backend without relaxed SIMD instructions. */
async function createBackend({ backend = 'default', plainSimd }) {
  // No backend has this option yet. An error is better than a row of the table with the wrong name.
  if (plainSimd) throw new Error('plainSimd: the default backend has no such option.')
  if (backend === 'default') return undefined
  const { webBackend } = await import('bert-embed/web')
  return webBackend()
}
