/**
 * Prints the share of each step in the time of a batch on one thread of the WebAssembly engine, as Markdown.
 *
 *     node bench/engine/profile.mjs DIRECTORY [--dtype fp32] [--batches 1x16,1x128,8x128] [--rounds 15] [--plain] [--base CHECKOUT]
 *
 * A batch of 8x128 is 8 texts of 128 tokens. --dtype int8 quantises the matrices when it loads them. --plain does without
 * relaxed SIMD, which needs Node 22. --base compares with another checkout of this repository: each step runs in both, one
 * after the other.
 *
 * A step counts with its shortest time of all rounds: in other rounds, other programs had the processor.
 */

import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { importEngine, loadModel, prepareBatch } from './load-engine.mjs'
import { peakGflops, readGigabytes } from './machine.mjs'

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    dtype: { type: 'string', default: 'fp32' },
    batches: { type: 'string', default: '1x16,1x128,1x256,8x16,8x128' },
    rounds: { type: 'string', default: '15' },
    plain: { type: 'boolean', default: false },
    base: { type: 'string' },
  },
})
const [directory] = positionals
if (!directory) {
  console.error('Usage: node bench/engine/profile.mjs DIRECTORY [--dtype int8] [--base CHECKOUT]')
  process.exit(2)
}
const root = fileURLToPath(new URL('../..', import.meta.url))
const options = { directory, dtype: values.dtype, isRelaxed: !values.plain }
const models = []
for (const checkout of [root, values.base].filter(Boolean))
  models.push(await loadModel(await importEngine(checkout), options))

const [peak, bandwidth] = [peakGflops(models[0]), readGigabytes(models[0])]
const conditions = `${values.dtype}, ${values.plain ? 'plain' : 'relaxed'}, Node ${process.versions.node}`
console.log(`${basename(directory)}, ${conditions}`)
console.log(`Peak of a float32 tile ${peak.toFixed(1)} GFLOP/s; memory ${bandwidth.toFixed(1)} GB/s\n`)

for (const batch of values.batches.split(',')) {
  const [texts, tokens] = batch.split('x').map(Number)
  const builds = models.map((model) => prepareBatch(model, { texts, tokens }))
  const shortest = builds.map((steps) => steps.map(() => Number.POSITIVE_INFINITY))
  for (let round = 0; round < Number(values.rounds); round++)
    for (const index of builds[0].keys())
      for (const build of round % 2 ? builds.keys() : [...builds.keys()].reverse()) {
        const start = performance.now()
        builds[build][index].run()
        const ms = performance.now() - start
        shortest[build][index] = Math.min(shortest[build][index], ms)
      }
  printTable(batch, { steps: builds[0].map(({ step }) => describe(step, { texts, tokens })), shortest })
}

/** The name of a step, and how many floating-point operations its products have. */
function describe(step, { texts, tokens }) {
  switch (step.type) {
    case 'linear':
    case 'linearInt8':
      return {
        label: `${step.type} ${step.input.width} to ${step.output.width}${step.activation ? ', activation' : ''}`,
        flops: 2 * texts * tokens * step.input.width * step.output.width,
      }
    case 'attention':
      return { label: step.type, flops: 4 * texts * tokens ** 2 * step.heads * step.headSize }
    default:
      return { label: step.type, flops: 0 }
  }
}

function printTable(batch, { steps, shortest }) {
  const totals = new Map()
  for (const [index, { label, flops }] of steps.entries())
    for (const name of [label, 'all']) {
      const total = totals.get(name) ?? { flops: 0, ms: shortest.map(() => 0) }
      totals.set(name, {
        flops: total.flops + flops,
        ms: total.ms.map((ms, build) => ms + shortest[build][index]),
      })
    }
  const all = totals.get('all')
  totals.delete('all')
  const hasBase = shortest.length === 2
  console.log(`| ${batch} tokens | ms | share | GFLOP/s | of peak |${hasBase ? ' base / this |' : ''}`)
  console.log(`|---|---:|---:|---:|---:|${hasBase ? '---:|' : ''}`)
  for (const [label, { flops, ms }] of [...totals, ['all', all]]) {
    const gflops = flops / ms[0] / 1e6
    const cells = [label, ms[0].toFixed(2), `${((100 * ms[0]) / all.ms[0]).toFixed(1)} %`]
    cells.push(...(flops ? [gflops.toFixed(1), `${((100 * gflops) / peak).toFixed(0)} %`] : ['', '']))
    if (hasBase) cells.push((ms[1] / ms[0]).toFixed(2))
    console.log(`| ${cells.join(' | ')} |`)
  }
  console.log()
}
