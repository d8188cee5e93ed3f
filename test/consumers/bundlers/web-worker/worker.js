import { createEmbedder } from 'bert-embed'

createEmbedder({ model: '/model', threads: 2 })
  .then((embedder) => embedder.embed(['The knight saddled his horse at dawn.', 'windmill']))
  .then(
    (vectors) => postMessage({ vectors: vectors.map((vector) => [...vector]) }),
    (error) => postMessage({ error: `${error.code} ${error.message}` }),
  )
