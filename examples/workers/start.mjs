/** Runs the Worker in a local workerd. Its bucket has the repository's small model, or the model in the given folder. */

import { readdir, readFile } from 'node:fs/promises'
import { Miniflare } from 'miniflare'

const model = process.argv[2] ?? '../../models/bert-embed-small-en'

const worker = new Miniflare({
  port: Number(process.env.PORT ?? 8787),
  compatibilityDate: '2026-04-01',
  r2Buckets: ['MODEL'],
  modulesRoot: 'dist',
  modules: [
    { type: 'ESModule', path: 'dist/worker.js' },
    { type: 'CompiledWasm', path: 'dist/engine.wasm' },
  ],
})
const bucket = await worker.getR2Bucket('MODEL')
const paths = await readdir(model, { recursive: true })
for (const path of paths.filter((path) => /\.(json|txt|safetensors)$/.test(path))) {
  const bytes = await readFile(`${model}/${path}`)
  // Keys have forward slashes, also on Windows. The data is copied, because Node's Buffers share an ArrayBuffer.
  await bucket.put(path.replaceAll('\\', '/'), Uint8Array.from(bytes).buffer)
}
console.log(`${await worker.ready}?text=knight&text=squire`)
