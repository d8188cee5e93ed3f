/**
 * How much memory the page takes in Chromium, by dtype: while a model is downloaded, and when it comes from the cache.
 *
 *     node bench/web-memory.mjs DIRECTORY [--dtypes fp32,q8,q4] [--threads N]
 *
 * DIRECTORY is a checkpoint. The table that is printed is Markdown. Peaks are those of resident memory, of the page's
 * process (its workers and WebAssembly included) and of the browser's own.
 */

import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { createProfile, startSystem } from './web/systems.mjs'

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    dtypes: { type: 'string', default: 'fp32,q8,q4' },
    threads: { type: 'string', default: '2' },
  },
})
if (positionals.length !== 1) {
  console.error('Usage: node bench/web-memory.mjs DIRECTORY [--dtypes fp32,q8,q4] [--threads N]')
  process.exit(2)
}
const texts = ['The knight saddled his horse at dawn.', 'The squire slept.']
const system = await startSystem('bert-embed', resolve(positionals[0]))

console.log('| dtype | visit | first vector, ms | page, peak MB | browser, peak MB |')
console.log('|---|---|---:|---:|---:|')
const empty = await visit(createProfile(), undefined)
printRow('', 'page without a model', '', empty.memory)
for (const dtype of values.dtypes.split(',')) {
  const profile = createProfile()
  for (const kind of ['first, downloading', 'second, from the cache']) {
    const { milliseconds, memory } = await visit(profile, dtype)
    printRow(dtype, kind, milliseconds.toFixed(0), memory)
  }
}
await system.stop()

async function visit(profile, dtype) {
  const browser = await system.open(profile)
  try {
    const milliseconds = await browser.page.evaluate(
      async ({ options, texts }) => {
        if (!options.dtype) return performance.now()
        await globalThis.system.load(options)
        await globalThis.system.embed(texts)
        return performance.now() // since the navigation began
      },
      { options: { dtype, threads: Number(values.threads) }, texts },
    )
    return { milliseconds, memory: browser.memory() }
  } finally {
    await browser.close()
  }
}

function printRow(dtype, kind, milliseconds, { renderer, browser }) {
  console.log(`| ${[dtype, kind, milliseconds, renderer.toFixed(0), browser.toFixed(0)].join(' | ')} |`)
}
