/**
 * Makes many valid and invalid calls of all kinds on one embedder, and checks that memory does not grow.
 *
 *     npm run soak -- [DIRECTORY] [--calls 20000] [--dtype fp32] [--device cpu] [--output DIRECTORY]
 *
 * `--device wasm` runs the library's engine. DIRECTORY is a checkpoint. The default is the small one of the tests. Prints the memory as a table and writes a plot,
 * soak.svg, to the output directory. Exits with 1 if memory has grown, or if a call did not end as expected.
 */

import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createEmbedder } from 'bert-embed'
import { createRandom } from './random.mjs'
import { createCalls } from './soak/calls.mjs'
import { growth, sampleMemory } from './soak/memory.mjs'
import { lineChart } from './svg.mjs'

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    calls: { type: 'string', default: '20000' },
    dtype: { type: 'string', default: 'fp32' },
    device: { type: 'string', default: 'cpu' },
    output: { type: 'string', default: fileURLToPath(new URL('.results', import.meta.url)) },
  },
})
const directory =
  positionals[0] ??
  fileURLToPath(new URL('../test/fixtures/checkpoints/bert-small-untrained', import.meta.url))
const total = Number(values.calls)
/** Number of concurrent calls, as on a server. */
const atOnce = 8
const samples = 40
/** Share of the calls that are warm-up, in which caches fill and code is compiled. */
const warmUp = 0.3
/** Allowed growth of resident memory, because the allocator fluctuates. A leak of 1 KB per call would be 15 MB. */
const boundMb = { rss: 12, heap: 2 }

const embedder = await createEmbedder({
  model: directory,
  dtype: values.dtype,
  device: values.device,
  threads: 1,
})
const runCall = createCalls(embedder, { random: createRandom(0) })
const start = performance.now()
const curve = [await sampleMemory(0)]
const kinds = {}
let started = 0
for (let sample = 1; sample <= samples; sample++) {
  const until = Math.round((total * sample) / samples)
  await Promise.all(Array.from({ length: atOnce }, () => callUntil(until)))
  curve.push(await sampleMemory(until))
}
const seconds = (performance.now() - start) / 1000
await embedder.dispose()

async function callUntil(until) {
  while (started < until) {
    started++
    const kind = await runCall()
    kinds[kind] = (kinds[kind] ?? 0) + 1
  }
}

console.log(`${total.toLocaleString('en-US')} calls in ${seconds.toFixed(0)} s, ${atOnce} at a time:`)
console.log(
  `${Object.entries(kinds)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(', ')}\n`,
)
console.log('| calls | RSS, MB | heap and buffers, MB |\n|---:|---:|---:|')
for (const { calls, rss, heap } of curve.filter((_, index) => index % (samples / 10) === 0))
  console.log(`| ${calls.toLocaleString('en-US')} | ${rss.toFixed(1)} | ${heap.toFixed(2)} |`)
mkdirSync(values.output, { recursive: true })
const points = (key) => curve.map((sample) => [sample.calls, sample[key]])
writeFileSync(
  join(resolve(values.output), 'soak.svg'),
  lineChart({
    title: 'Memory over calls of all kinds on one embedder',
    xLabel: 'calls',
    yLabel: 'MB',
    lines: [
      { name: 'RSS', points: points('rss') },
      { name: 'heap and buffers', points: points('heap') },
    ],
  }),
)
for (const [key, bound] of Object.entries(boundMb)) {
  const grown = growth(curve.slice(Math.round(samples * warmUp)).map((sample) => sample[key]))
  console.log(`\n${key} after warm-up: ${grown >= 0 ? '+' : ''}${grown.toFixed(2)} MB, bound ${bound} MB`)
  if (grown > bound) process.exitCode = 1
}
