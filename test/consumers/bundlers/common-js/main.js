const { createEmbedder } = require('bert-embed')

globalThis.answer = answer()

async function answer() {
  const embedder = await createEmbedder({ model: '/model', threads: 2 })
  const vectors = await embedder.embed(['The knight saddled his horse at dawn.', 'windmill'])
  return vectors.map((vector) => [...vector])
}
