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
  if (backend === 'default' && !plainSimd) return undefined
  const { engineBackend, webBackend } = await import('bert-embed/web')
  return backend === 'default' ? engineBackend({ relaxedSimd: false }) : webBackend()
}
