/** As embed.js, by the specifier that Deno uses for packages of npm. */

import { createEmbedder } from 'npm:bert-embed'

const embedder = await createEmbedder({ model: './model' })
const vectors = await embedder.embed(['The knight saddled his horse at dawn.', 'windmill'])
const report = {
  agent: globalThis.navigator?.userAgent, // Node 20 has none
  device: embedder.device,
  vectors: vectors.map((vector) => [...vector]),
}
console.log(JSON.stringify(report))
