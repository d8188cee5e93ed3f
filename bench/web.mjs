/**
 * Compares bert-embed with transformers.js in Chromium (WebAssembly, fp32): speed, responsiveness, memory, start and size.
 *
 *     node bench/web.mjs DIRECTORY [--runs N] [--threads N]
 *
 * DIRECTORY is a checkpoint with onnx/model.onnx. Prints Markdown tables.
 */

import { cpus } from 'node:os'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { createCorpora } from './compare/corpora.mjs'
import { median } from './compare/statistics.mjs'
import { countBytes, measureVisits } from './web/first-vector.mjs'
import { startSystem } from './web/systems.mjs'
import { attempt, measureThroughput } from './web/throughput.mjs'

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: 'string', default: '3' }, threads: { type: 'string', default: '2' } },
})
const runs = Number(values.runs)
const threads = Number(values.threads)
const options = { dtype: 'fp32', threads }
if (positionals.length !== 1 || !(runs >= 1) || !(threads >= 1)) {
  console.error('Usage: node bench/web.mjs DIRECTORY [--runs N] [--threads N]')
  process.exit(2)
}
const checkpoint = resolve(positionals[0])
// Other words than the vocabulary's would be split into many tokens.
const texts = createCorpora(checkpoint).draw('mixed', 256)

const ours = await startSystem('bert-embed', checkpoint)
const theirs = await startSystem('transformers-js', checkpoint)
console.log(
  `${cpus().length} x ${cpus()[0].model}, ${threads} threads, medians of ${runs} interleaved runs\n`,
)
await printThroughput()
await printVisits()
await ours.stop()
await theirs.stop()

async function printThroughput() {
  const results = await measureThroughput(
    [
      { name: 'bert-embed, one call', system: ours, options },
      { name: 'transformers.js, one by one', system: theirs, options, batchSize: 1 },
      { name: 'transformers.js, batches of 32', system: theirs, options, batchSize: 32 },
    ],
    { texts, rounds: runs },
  )
  const ownSpeed = median(results[0].samples.map(({ textsPerSecond }) => textsPerSecond))
  // A contender that takes ten times as long as bert-embed is stopped.
  const limitSeconds = (10 * texts.length) / ownSpeed
  const oneCall = await attempt({ system: theirs, options }, { texts, limitSeconds })

  console.log(
    '| 256 mixed texts | texts/s | bert-embed is faster by | longest task, ms | longest wait of a timer (99 % under), ms | of a frame, ms | page, peak MB | browser, peak MB |',
  )
  console.log('|---|---:|---:|---:|---:|---:|---:|---:|')
  for (const { name, samples, memory } of results) {
    const speedups = samples.map(
      ({ textsPerSecond }, run) => results[0].samples[run].textsPerSecond / textsPerSecond,
    )
    const max = (key) => Math.max(...samples.map((sample) => sample[key]))
    const speed = median(samples.map(({ textsPerSecond }) => textsPerSecond))
    printRow(
      name,
      speed.toFixed(1),
      `${median(speedups).toFixed(2)}x`,
      ...threadCells(max),
      ...memoryCells(memory),
    )
  }
  const { failure, textsPerSecond, memory } = oneCall
  const speedCells = failure
    ? [failure, '']
    : [textsPerSecond.toFixed(1), `${(ownSpeed / textsPerSecond).toFixed(2)}x`]
  const waits = failure ? ['', '', ''] : threadCells((key) => oneCall[key])
  printRow('transformers.js, one call', ...speedCells, ...waits, ...memoryCells(memory))

  const [first, second] = results.map(({ samples }) => samples[0].vectors)
  const cosines = first.map((vector, index) =>
    vector.reduce((sum, value, i) => sum + value * second[index][i], 0),
  )
  console.log(
    `\nSmallest cosine between the two systems' vectors of a text: ${Math.min(...cosines).toFixed(7)}\n`,
  )
}

async function printVisits() {
  console.log(
    '| first vector | first visit, ms | second, ms | without a server, ms | page, peak MB (first, second) | JavaScript, KB gzipped | wasm, MB gzipped | wasm, MB |',
  )
  console.log('|---|---:|---:|---:|---:|---:|---:|---:|')
  const visits = new Map([ours, theirs].map((system) => [system, []]))
  for (let run = 0; run < runs; run++)
    for (const [system, samples] of visits) samples.push(await measureVisits(system, options))
  for (const [system, samples] of visits) {
    const time = (kind) =>
      samples[0][kind].failure ?? median(samples.map((sample) => sample[kind].milliseconds)).toFixed(0)
    const peak = (kind) => median(samples.map((sample) => sample[kind].memory.renderer)).toFixed(0)
    const { js, wasm } = countBytes(samples[0].files)
    const bytes = [
      (js.gzipped / 1e3).toFixed(1),
      (wasm.gzipped / 1e6).toFixed(1),
      (wasm.raw / 1e6).toFixed(1),
    ]
    printRow(
      system.name,
      time('cold'),
      time('warm'),
      time('offline'),
      `${peak('cold')}, ${peak('warm')}`,
      ...bytes,
    )
  }
}

function printRow(...cells) {
  console.log(`| ${cells.join(' | ')} |`)
}

/** Chromium does not report tasks under 50 ms. */
function threadCells(value) {
  const [taskMs, timerMs, timer99Ms, frameMs] = ['taskMs', 'timerMs', 'timer99Ms', 'frameMs'].map(value)
  return [
    taskMs ? taskMs.toFixed(0) : 'under 50',
    `${timerMs.toFixed(0)} (${timer99Ms.toFixed(0)})`,
    frameMs.toFixed(0),
  ]
}

function memoryCells({ renderer, browser }) {
  return [renderer.toFixed(0), browser.toFixed(0)]
}
