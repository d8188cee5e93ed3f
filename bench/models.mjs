/**
 * Prints the speed and the memory of trained models in each dtype and on each backend: the table of docs/models.md.
 *
 *     npm run build && node bench/models.mjs [--rounds 5] [--seconds 2] DIRECTORY …
 *
 * Every measurement has a new process with one thread, and all take turns. The speed is the number of texts per second of
 * processor time, so that other programs on the machine change it little. The numbers are medians of the rounds.
 */

import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { createEmbedder } from '../dist/node.js'
import { median } from './compare/statistics.mjs'

const { positionals: directories, values } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '2' },
    measure: { type: 'string' },
  },
})

if (values.measure) console.log(JSON.stringify(await measure(JSON.parse(values.measure))))
else await compare()

async function compare() {
  const cacheDir = mkdtempSync(join(tmpdir(), 'bert-embed-models-'))
  process.on('exit', () => rmSync(cacheDir, { recursive: true, force: true }))
  const contenders = directories.flatMap((model) =>
    ['fp32', 'fp16', 'q8'].flatMap((dtype) =>
      ['cpu', 'wasm'].map((device) => ({ options: { model, dtype, device, cacheDir }, results: [] })),
    ),
  )
  for (const { options } of contenders) await measureInProcess(options, '0') // converts the weights, once
  for (let round = 1; round <= Number(values.rounds); round++) {
    for (const { options, results } of contenders)
      results.push(await measureInProcess(options, values.seconds))
    console.log(`\n${round} rounds\n\n${tableOf(contenders)}`)
  }
}

async function measureInProcess(options, seconds) {
  const args = [fileURLToPath(import.meta.url), '--measure', JSON.stringify({ options, seconds })]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  return JSON.parse(stdout)
}

async function measure({ options, seconds }) {
  const embedder = await createEmbedder({ ...options, threads: 1 })
  const texts = mixedTexts()
  await embedder.embed(texts.slice(0, 8)) // warms up
  const start = process.cpuUsage()
  let count = 0
  let microseconds = 0
  while (microseconds < Number(seconds) * 1e6) {
    await embedder.embed(texts)
    count += texts.length
    const { user, system } = process.cpuUsage(start)
    microseconds = user + system
  }
  const tokens = embedder.tokenize(texts).tokens.reduce((sum, { length }) => sum + length, 0) / texts.length
  await embedder.dispose()
  return {
    backend: embedder.backend,
    tokens,
    textsPerSecond: (count / microseconds) * 1e6,
    peakBytes: process.resourceUsage().maxRSS * 1024,
  }
}

/** Texts of 5 to 120 words, the same in each run. */
function mixedTexts() {
  const words = readFileSync(new URL('../examples/texts/don-quixote.txt', import.meta.url), 'utf8').split(
    /\s+/,
  )
  const lengths = [5, 6, 8, 10, 12, 15, 18, 22, 28, 40, 60, 120]
  return Array.from({ length: 2 * lengths.length }, (_, index) =>
    words.slice(index * 40, index * 40 + lengths[index % lengths.length]).join(' '),
  )
}

function tableOf(contenders) {
  const rows = contenders.map(({ options, results }) => {
    const medianOf = (name) => median(results.map((result) => result[name]))
    const speeds = results.map(({ textsPerSecond }) => textsPerSecond)
    const range = [Math.min(...speeds), Math.max(...speeds)].map((speed) => speed.toPrecision(3)).join(' to ')
    return [
      basename(options.model),
      options.dtype,
      results[0].backend,
      `${medianOf('textsPerSecond').toPrecision(3)} (${range})`,
      (medianOf('peakBytes') / 1e6).toFixed(0),
      medianOf('tokens').toFixed(1),
    ]
  })
  const titles = ['model', 'dtype', 'backend', 'texts/s on one core', 'peak MB', 'tokens a text']
  return [titles, titles.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
