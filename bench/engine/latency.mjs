/**
 * Prints how much time one short text takes in addition to the kernels: tokenizing, the queue, the worker and pooling.
 *
 *     npm run build && node bench/engine/latency.mjs DIRECTORY [--rounds 200]
 *
 * Both run on one thread, in turns. The median and the shortest time of each are printed.
 */

import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createEmbedder, engineBackend } from '../../dist/node.js'
import { median } from '../compare/statistics.mjs'
import { importEngine, loadModel, prepareBatch } from './load-engine.mjs'

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '200' } },
})
const [directory] = positionals
const text = 'A knight and a squire rode out'
const embedder = await createEmbedder({ model: directory, backend: engineBackend(), threads: 1 })
const tokens = embedder.tokenizer.encode(text).ids.length
const isRelaxed = Number(process.versions.node.split('.')[0]) >= 22
const root = fileURLToPath(new URL('../..', import.meta.url))
const engine = await loadModel(await importEngine(root), { directory, dtype: 'fp32', isRelaxed })
const steps = prepareBatch(engine, { texts: 1, tokens })

const times = { 'embedder.embed': [], kernels: [] }
for (let round = 0; round < Number(values.rounds); round++) {
  let start = performance.now()
  await embedder.embed(text)
  times['embedder.embed'].push(performance.now() - start)
  start = performance.now()
  for (const { run } of steps) run()
  times.kernels.push(performance.now() - start)
}
console.log(`One text of ${tokens} tokens, ms: median (shortest)`)
for (const [name, all] of Object.entries(times))
  console.log(`${name.padEnd(16)} ${median(all).toFixed(2)} (${Math.min(...all).toFixed(2)})`)
await embedder.dispose()
