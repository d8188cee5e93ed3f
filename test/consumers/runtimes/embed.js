/** The build that the runtime's own conditions pick, its backend and its files; nothing is disposed of at the end. */

import { createEmbedder } from 'bert-embed'

const embedder = await createEmbedder({ model: './model' })
const vectors = await embedder.embed(['The knight saddled his horse at dawn.', 'windmill'])
const report = {
  agent: globalThis.navigator?.userAgent, // Node 20 has none
  device: embedder.device,
  vectors: vectors.map((vector) => [...vector]),
}
console.log(JSON.stringify(report))
