/** Runs the Worker in workerd on this machine, with the small untrained model in its bucket. */

import { readdir, readFile } from 'node:fs/promises'
import { Miniflare } from 'miniflare'

const model = process.argv[2] ?? '../../test/fixtures/checkpoints/bert-small-untrained'

const worker = new Miniflare({
  port: Number(process.env.PORT ?? 8787),
  compatibilityDate: '2026-04-01',
  r2Buckets: ['MODEL'],
  modulesRoot: 'dist',
  modules: [
    { type: 'ESModule', path: 'dist/worker.js' },
    { type: 'CompiledWasm', path: 'dist/ort.wasm' },
  ],
})
const bucket = await worker.getR2Bucket('MODEL')
const names = (await readdir(model)).filter((name) =>
  /^(config|tokenizer.*|model)\.(json|safetensors)$/.test(name),
)
// An ArrayBuffer of its own: Node's Buffers share theirs.
for (const name of names) await bucket.put(name, Uint8Array.from(await readFile(`${model}/${name}`)).buffer)
console.log(`${await worker.ready}?text=knight&text=squire`)
