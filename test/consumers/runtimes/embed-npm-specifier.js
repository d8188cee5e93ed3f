/** The same as embed.js, with the specifier that Deno uses for npm packages. */

import { createEmbedder } from 'npm:bert-embed'

const embedder = await createEmbedder({ model: './model' })
const vectors = await embedder.embed(['The knight saddled his horse at dawn.', 'windmill'])
const report = {
  agent: globalThis.navigator?.userAgent, // undefined in Node 20
  backend: embedder.backend,
  device: embedder.device,
  vectors: vectors.map((vector) => [...vector]),
}
console.log(JSON.stringify(report))
