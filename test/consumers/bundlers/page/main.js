/** The code of an application. It is the same file for every bundler. */

import { createEmbedder } from 'bert-embed'

globalThis.answer = answer()

async function answer() {
  // Two threads on any machine, if the page is isolated.
  const embedder = await createEmbedder({ model: '/model', threads: 2 })
  const vectors = await embedder.embed(['The knight saddled his horse at dawn.', 'windmill'])
  return vectors.map((vector) => [...vector])
}
