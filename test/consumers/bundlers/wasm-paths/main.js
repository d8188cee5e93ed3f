/** Sets the folder from which onnxruntime-web's files are served. */

import { createEmbedder, webBackend } from 'bert-embed/web'

globalThis.answer = answer()

async function answer() {
  const backend = webBackend({ wasmPaths: '/ort/' })
  const embedder = await createEmbedder({ model: '/model', backend, threads: 2 })
  const vectors = await embedder.embed(['The knight saddled his horse at dawn.', 'windmill'])
  return vectors.map((vector) => [...vector])
}
