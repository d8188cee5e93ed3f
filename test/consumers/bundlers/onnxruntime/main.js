/** Runs the model on onnxruntime-web. */

import { createEmbedder, webBackend } from 'bert-embed/web'

globalThis.answer = answer()

async function answer() {
  const embedder = await createEmbedder({ model: '/model', backend: webBackend(), threads: 2 })
  const vectors = await embedder.embed(['The knight saddled his horse at dawn.', 'windmill'])
  return vectors.map((vector) => [...vector])
}
