/**
 * Prints the share of each kernel in the time of a batch on one thread of the WebAssembly engine, as Markdown.
 *
 *     node bench/engine/profile.mjs DIRECTORY [--dtype fp32] [--batches 1x16,1x128,8x128] [--rounds 7] [--plain] [--base CHECKOUT]
 *
 * A batch of 8x128 is 8 texts of 128 tokens. --dtype int8 quantises the matrices when it loads them. --plain does without
 * relaxed SIMD, which needs Node 22. --base compares with another checkout of this repository, in the same process and
 * interleaved; factors are medians of the factors within a round.
 */

import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { median } from '../compare/statistics.mjs'
import { importEngine, loadModel, prepareBatch } from './load-engine.mjs'
import { peakGflops, readGigabytes } from './machine.mjs'

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    dtype: { type: 'string', default: 'fp32' },
    batches: { type: 'string', default: '1x16,1x128,1x256,8x16,8x128' },
    rounds: { type: 'string', default: '7' },
    plain: { type: 'boolean', default: false },
    base: { type: 'string' },
  },
})
const [directory] = positionals
if (!directory) {
  console.error('Usage: node bench/engine/profile.mjs DIRECTORY [--dtype int8] [--base CHECKOUT]')
  process.exit(2)
}
/** Minimum duration of one build in one round. */
const milliseconds = 60

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
  const builds = models.map((model) => measured(model, prepareBatch(model, { texts, tokens })))
  const rounds = builds.map(() => [])
  for (let round = 0; round <= Number(values.rounds); round++)
    for (const index of round % 2 ? builds.keys() : [...builds.keys()].reverse()) {
      const times = builds[index]()
      if (round > 0) rounds[index].push(times) // the first one warms up
    }
  printTable(batch, rounds)
}

/**
 * Returns a function that runs the batch for a while. It returns the median of the milliseconds that each step took of a
 * run: runs during which other programs had the processor do not count.
 */
function measured({ kernels }, runBatch) {
  let steps
  const timed = Object.fromEntries(
    Object.entries(kernels).map(([name, kernel]) => [
      name,
      (...args) => {
        const start = performance.now()
        kernel(...args)
        const ms = performance.now() - start
        const { label, flops } = describe(name, args)
        const step = steps.get(label) ?? { ms: 0, flops: 0 }
        steps.set(label, { ms: step.ms + ms, flops: step.flops + flops })
      },
    ]),
  )
  function runOnce() {
    steps = new Map()
    const start = performance.now()
    runBatch(timed)
    const ms = performance.now() - start
    const flops = [...steps.values()].reduce((sum, step) => sum + step.flops, 0)
    return steps.set('all', { ms, flops })
  }
  return () => {
    const runs = []
    const start = performance.now()
    while (performance.now() - start < milliseconds || runs.length < 3) runs.push(runOnce())
    return new Map(
      Array.from(runs[0], ([label, { flops }]) => [
        label,
        { ms: median(runs.map((run) => run.get(label).ms)), flops },
      ]),
    )
  }
}

/** The name of a step, and how many floating-point operations its products have. */
function describe(name, args) {
  const linear = (rows, from, to, activation) => ({
    label: `${name} ${from} to ${to}${activation ? ', activation' : ''}`,
    flops: 2 * rows * from * to,
  })
  switch (name) {
    case 'linear':
      return linear(args[2], args[3], 8 * args[5], args[9])
    case 'linear_int8':
      return linear(args[2], 2 * args[3], 8 * args[6], args[10])
    case 'attend':
      return { label: name, flops: 4 * args[2] * args[5] * args[8] }
    default:
      return { label: name, flops: 0 }
  }
}

function printTable(batch, [rounds, baseRounds]) {
  const rate = ({ ms, flops }) => flops / ms / 1e6
  const all = median(rounds.map((times) => times.get('all').ms))
  console.log(`| ${batch} tokens | ms | share | GFLOP/s | of peak |${baseRounds ? ' base / this |' : ''}`)
  console.log(`|---|---:|---:|---:|---:|${baseRounds ? '---:|' : ''}`)
  for (const label of rounds[0].keys()) {
    const ms = median(rounds.map((times) => times.get(label).ms))
    const gflops = median(rounds.map((times) => rate(times.get(label))))
    const cells = [label, ms.toFixed(2), `${((100 * ms) / all).toFixed(1)} %`]
    cells.push(...(gflops ? [gflops.toFixed(1), `${((100 * gflops) / peak).toFixed(0)} %`] : ['', '']))
    if (baseRounds) {
      const factors = rounds.map(
        (times, round) => (baseRounds[round].get(label)?.ms ?? NaN) / times.get(label).ms,
      )
      cells.push(median(factors).toFixed(2))
    }
    console.log(`| ${cells.join(' | ')} |`)
  }
  console.log()
}
