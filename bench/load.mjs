/**
 * Measures time and memory to load a checkpoint and compute its first vector, for bert-embed and for onnxruntime-node.
 *
 *     node bench/load.mjs DIRECTORY [RUNS] [SYSTEM...]
 *
 * Every measurement has a separate process, the systems run interleaved, and the medians are printed as a Markdown table. Each
 * system has one run that is not counted, so the files are in the page cache.
 */

import { execFileSync } from 'node:child_process'
import { cpus } from 'node:os'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const text = 'The knight saddled his horse at dawn.'
const columns = {
  loadMs: 'load, ms',
  firstVectorMs: 'first vector, ms',
  heap: 'JS heap, MB',
  rss: 'RSS, MB',
  rssAnon: 'anonymous',
  rssFile: 'file-backed',
  peak: 'peak RSS, MB',
}

const [directory, runs = '7', ...chosen] = process.argv.slice(2)
if (!directory || !(Number(runs) >= 1)) {
  console.error('Usage: node bench/load.mjs DIRECTORY [RUNS] [SYSTEM...]')
  process.exit(2)
}
const systems = chosen.length ? chosen : ['bert-embed', 'onnxruntime']

const results = new Map(systems.map((system) => [system, []]))
for (const system of systems) measure(system)
for (let run = 0; run < Number(runs); run++)
  for (const system of systems) results.get(system).push(measure(system))

console.log(`${cpus().length} x ${cpus()[0]?.model}, Node ${process.version}, median of ${runs}\n`)
console.log(`| system | ${Object.values(columns).join(' | ')} |`)
console.log(`|---|${'---:|'.repeat(Object.keys(columns).length)}`)
for (const [system, samples] of results) {
  const { name } = await import(`./systems/${system}.mjs`)
  const cells = Object.keys(columns).map((key) => median(samples.map((sample) => sample[key])))
  console.log(`| ${name} | ${cells.map((value) => value?.toFixed(0) ?? '').join(' | ')} |`)
}
const [first, second] = [...results.values()].map(([sample]) => sample.vector)
if (second)
  console.log(`\nLargest difference between the two vectors: ${difference(first, second).toExponential(1)}`)

/** Runs one measurement in a separate process. */
function measure(system) {
  const script = fileURLToPath(new URL('load-one.mjs', import.meta.url))
  const output = execFileSync(process.execPath, ['--expose-gc', script, system, resolve(directory), text])
  return JSON.parse(output.toString().trim().split('\n').at(-1))
}

function median(values) {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b)
  if (sorted.length === 0) return undefined
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

function difference(first, second) {
  return Math.max(...first.map((value, index) => Math.abs(value - second[index])))
}
