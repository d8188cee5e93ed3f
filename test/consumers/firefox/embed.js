/** Embeds two texts with the options in the query of a page's URL. Runs in the page and in its worker. */

import { createEmbedder } from 'bert-embed'

export async function embed(query) {
  const { offline, ...options } = Object.fromEntries(new URLSearchParams(query))
  // Two threads on any machine, if the page is isolated.
  const embedder = await createEmbedder({ ...options, offline: offline === 'true', threads: 2 })
  const vectors = await embedder.embed(['The knight saddled his horse at dawn.', 'windmill'])
  return { backend: embedder.backend, vectors: vectors.map((vector) => [...vector]) }
}
