/** Runs onnxruntime-web on one thread, with files that the application reads itself. */

import { readFile } from 'node:fs/promises'
import { createEmbedder, memorySource, webBackend } from 'bert-embed/web'

const names = ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'model.safetensors']
const files = await Promise.all(names.map(async (name) => [name, await readFile(`./model/${name}`)]))
const model = memorySource(Object.fromEntries(files))
const embedder = await createEmbedder({ model, backend: webBackend(), threads: 1 })
const vectors = await embedder.embed(['The knight saddled his horse at dawn.', 'windmill'])
const report = {
  agent: globalThis.navigator?.userAgent, // undefined in Node 20
  backend: embedder.backend,
  device: embedder.device,
  vectors: vectors.map((vector) => [...vector]),
}
console.log(JSON.stringify(report))
await embedder.dispose()
