/** A page whose script waits at its top level, as in docs/browser.md. */

import { createEmbedder } from 'bert-embed'

const embedder = await createEmbedder({ model: '/model' })
const vectors = await embedder.embed(['The knight saddled his horse at dawn.', 'windmill'])
globalThis.answer = vectors.map((vector) => [...vector])
