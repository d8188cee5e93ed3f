/**
 * Measures the memory of a page in Chromium for each dtype, during a download and with a cached model.
 *
 *     node bench/web-memory.mjs DIRECTORY [--dtypes fp32,q8] [--threads N]
 *
 * DIRECTORY is a checkpoint. Prints a Markdown table with the peak resident memory of the page's process (workers and
 * WebAssembly included) and of the browser's process. With a model, the largest range is WebAssembly's memory. No debugger is
 * attached to the page, because it would add 20 MB.
 */

import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { shortText } from './web/first-vector.mjs'
import { createProfile, startSystem } from './web/systems.mjs'

/** How long a page is observed after its first vector. */
const settleMs = 2000

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    dtypes: { type: 'string', default: 'fp32,q8' },
    threads: { type: 'string', default: '2' },
  },
})
if (positionals.length !== 1) {
  console.error('Usage: node bench/web-memory.mjs DIRECTORY [--dtypes fp32,q8] [--threads N]')
  process.exit(2)
}
const system = await startSystem('bert-embed', resolve(positionals[0]))

console.log(
  "| dtype | visit | first vector, ms | page, peak MB | of it Chromium's files | largest range | compiled code | the rest | browser, peak MB |",
)
console.log('|---|---|---:|---:|---:|---:|---:|---:|---:|')
printRow('', 'page without a model', await visit(createProfile(), { text: '' }))
for (const dtype of values.dtypes.split(',')) {
  const profile = createProfile()
  for (const kind of ['first, downloading', 'second, from the cache'])
    printRow(
      dtype,
      kind,
      await visit(profile, { text: shortText, options: { dtype, threads: values.threads } }),
    )
}
await system.stop()

async function visit(profile, { text, options = {} }) {
  const { report, memory, close } = await system.openAlone(options, profile, { text, parts: true })
  // The memory of a page continues to grow for a while.
  await new Promise((resolve) => setTimeout(resolve, settleMs))
  const peak = memory()
  await close()
  if (report.error) throw new Error(report.error)
  return { milliseconds: Number(report.milliseconds), ...peak }
}

function printRow(dtype, kind, { milliseconds, renderer, browser, parts }) {
  const { sum, files, largest, code } = parts
  const numbers = [milliseconds, renderer, files, largest, code, sum - files - largest - code, browser]
  console.log(`| ${[dtype, kind, ...numbers.map((number) => number.toFixed(0))].join(' | ')} |`)
}
