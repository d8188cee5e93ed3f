/** A worker of the application that embeds: a Web Worker, or a worker thread of Node. */

import { parentPort } from 'node:worker_threads'
import { createEmbedder } from 'bert-embed'

const embedder = await createEmbedder({ model: './model' })
const vectors = await embedder.embed(['The knight saddled his horse at dawn.', 'windmill'])
const lists = vectors.map((vector) => [...vector])
await embedder.dispose()
if (globalThis.postMessage) globalThis.postMessage(lists)
else parentPort.postMessage(lists)
