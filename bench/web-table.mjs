/**
 * Compares bert-embed with transformers.js on trained models in Chromium (WebAssembly, fp32 and q8): speed, first visit, memory.
 *
 *     node bench/web-table.mjs DIRECTORY… [--texts N,…] [--threads 1,2] [--rounds N] [--calls N] [--with GROUP,…]
 *         [--parts speed,visits] [--wasmicro FOLDER]
 *
 * DIRECTORY is a checkpoint with the files of export_onnx.py. --texts has one number per checkpoint. GROUP is one of
 * onnxruntime-web (bert-embed on it, independent of the default backend), plain-simd (bert-embed without relaxed SIMD), batches
 * (transformers.js with 32 texts a call) and wasmicro (needs --wasmicro FOLDER). Prints Markdown tables.
 */

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createTokenizer } from 'bert-embed/core'
import { findChromium } from '../scripts/chromium.mjs'
import { createCorpora } from './compare/corpora.mjs'
import { rotate } from './compare/rotate.mjs'
import { cosine, median } from './compare/statistics.mjs'
import { countBytes, shortText } from './web/first-vector.mjs'
import { createProfile, startSystem } from './web/systems.mjs'
import { measureThroughput } from './web/throughput.mjs'

/** The rate at which first visits get the code. The model is not slowed down. */
const codeMbps = 20
/** How long a page is observed after its first vector, because its memory continues to grow. */
const settleMs = 2000

const ours = { page: 'bert-embed' }
const theirs = { page: 'transformers-js', batchSize: 1 }
const fp32 = { dtype: 'fp32' }
const q8 = { dtype: 'q8' }
const ort = { backend: 'onnxruntime-web' }
const plainSimd = { plainSimd: true }
const batches = { batchSize: 32, skipsVisits: true }

/** The contenders, by the group that `--with` names. `options` are the parameters of the page's URL. */
const groups = {
  always: [
    { ...ours, name: 'bert-embed fp32', options: fp32 },
    { ...ours, name: 'bert-embed q8', options: q8 },
    { ...theirs, name: 'transformers.js fp32', options: fp32 },
    { ...theirs, name: 'transformers.js q8', options: q8 },
  ],
  'onnxruntime-web': [
    { ...ours, name: 'bert-embed fp32 on onnxruntime-web', options: { ...fp32, ...ort } },
    { ...ours, name: 'bert-embed q8 on onnxruntime-web', options: { ...q8, ...ort } },
  ],
  'plain-simd': [
    { ...ours, name: 'bert-embed fp32, no relaxed SIMD', options: { ...fp32, ...plainSimd } },
    { ...ours, name: 'bert-embed q8, no relaxed SIMD', options: { ...q8, ...plainSimd } },
  ],
  batches: [
    { ...theirs, ...batches, name: 'transformers.js fp32, batches of 32', options: fp32 },
    { ...theirs, ...batches, name: 'transformers.js q8, batches of 32', options: q8 },
  ],
  wasmicro: [
    {
      page: 'wasmicro',
      name: 'wasmicro fp32, one thread',
      options: fp32,
      shortOnly: true,
      modelType: 'bert',
    },
  ],
}
/** What `--parts` chooses from. */
const parts = { speed: compareSpeeds, visits: compareVisits }
/** The rows that all others are compared with. */
const [{ name: ownFp32 }, { name: ownQ8 }] = groups.always

const { checkpoints, threadCounts, rounds, calls, contenders, wasmicro, chosenParts } = readOptions()
console.log(`${describeMachine()}\n`)
for (const checkpoint of checkpoints) await compare(checkpoint)

function readOptions() {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      texts: { type: 'string', default: '64' },
      threads: { type: 'string', default: '1,2' },
      rounds: { type: 'string', default: '5' },
      calls: { type: 'string', default: '30' },
      with: { type: 'string', default: '' },
      parts: { type: 'string', default: Object.keys(parts).join(',') },
      wasmicro: { type: 'string' },
    },
  })
  const texts = values.texts.split(',').map(Number)
  const named = values.with.split(',').filter(Boolean)
  const options = {
    checkpoints: positionals.map((directory, index) => ({
      directory: resolve(directory),
      texts: texts[index] ?? texts.at(-1),
    })),
    threadCounts: values.threads.split(',').map(Number),
    rounds: Number(values.rounds),
    calls: Number(values.calls),
    contenders: ['always', ...named].flatMap((group) => groups[group]),
    wasmicro: values.wasmicro && resolve(values.wasmicro),
    chosenParts: values.parts.split(',').map((part) => parts[part]),
  }
  const numbers = [...texts, ...options.threadCounts, options.rounds, options.calls]
  const isWrong =
    positionals.length === 0 ||
    !numbers.every((number) => number >= 1) ||
    options.contenders.includes(undefined) ||
    options.chosenParts.includes(undefined) ||
    (named.includes('wasmicro') && !values.wasmicro)
  if (isWrong) {
    console.error(
      'Usage: node bench/web-table.mjs DIRECTORY… [--texts N,…] [--threads 1,2] [--rounds N] [--calls N] ' +
        '[--with onnxruntime-web,plain-simd,batches,wasmicro] [--parts speed,visits] [--wasmicro FOLDER]',
    )
    process.exit(2)
  }
  return options
}

function describeMachine() {
  const chromium = execFileSync(findChromium(), ['--version'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim()
  const versionOf = (name, from = import.meta.url) =>
    createRequire(from)
      .resolve.paths(name)
      .map((folder) => readVersion(join(folder, name)))
      .find(Boolean)
  const library = new URL('../package.json', import.meta.url)
  return [
    `${cpus().length} x ${cpus()[0].model}, ${chromium}, ${rounds} interleaved rounds.`,
    `bert-embed ${readVersion(dirname(fileURLToPath(library)))} (onnxruntime-web ${versionOf('onnxruntime-web', library)}),`,
    `transformers.js ${versionOf('@huggingface/transformers')} (onnxruntime-web ${versionOf('onnxruntime-web')}).`,
  ].join(' ')
}

function readVersion(folder) {
  try {
    return readJson(folder, 'package.json').version
  } catch {
    return undefined // The package is not in this folder.
  }
}

function readJson(folder, file) {
  return JSON.parse(readFileSync(join(folder, file), 'utf8'))
}

async function compare({ directory, texts: count }) {
  const name = basename(directory)
  const { model_type: modelType } = readJson(directory, 'config.json')
  const suitable = contenders.filter((one) => (one.modelType ?? modelType) === modelType)
  const systems = new Map()
  for (const { page } of suitable)
    if (!systems.has(page))
      systems.set(
        page,
        await startSystem(page, directory, { codeMbps, folders: wasmicro ? { '/wasmicro/': wasmicro } : {} }),
      )
  const ready = suitable.map((one) => ({ ...one, system: systems.get(one.page) }))

  for (const part of chosenParts) await part(ready, { name, directory, count })
  for (const system of systems.values()) await system.stop()
}

async function compareSpeeds(contenders, { name, directory, count }) {
  const texts = createCorpora(directory).draw('mixed', count)
  const countTokens = tokenCounter(directory)
  const tokens = texts.reduce((sum, text) => sum + countTokens(text), 0)
  for (const threads of threadCounts) {
    const single = { text: shortText, calls }
    const results = await measureThroughput(withThreads(contenders, threads), { texts, rounds, single })
    const title = `${name}, ${threads} thread${threads > 1 ? 's' : ''}: ${count} texts, ${tokens} tokens`
    const shortTitle = `one text of ${countTokens(shortText)} tokens, ms`
    printSpeeds(title, results, { shortTitle, count })
  }
}

/** With the largest number of threads. */
async function compareVisits(contenders, { name }) {
  const threads = Math.max(...threadCounts)
  const results = await measureFirstVisits(withThreads(contenders, threads))
  printVisits(`${name}, ${threads} threads: first visit`, results)
}

function tokenCounter(directory) {
  const tokenizer = createTokenizer({
    tokenizerJson: readJson(directory, 'tokenizer.json'),
    tokenizerConfig: readJson(directory, 'tokenizer_config.json'),
  })
  return (text) => tokenizer.encode(text, { maxLength: 512 }).ids.length
}

function withThreads(contenders, threads) {
  return contenders.map((one) => ({ ...one, options: { ...one.options, threads } }))
}

function printSpeeds(title, results, { shortTitle, count }) {
  const faster = ['bert-embed fp32 is faster by', 'q8 is faster by']
  printRow(
    title,
    'texts/s',
    ...faster,
    'processor ms a text (busy threads)',
    shortTitle,
    ...faster,
    'page, peak MB',
    'min cosine',
  )
  console.log(`|---|${'---:|'.repeat(9)}`)
  const resultOf = (name) => results.find((one) => one.name === name)
  const reference = resultOf(ownFp32).samples[0].vectors
  for (const { name, samples, memory, shortOnly } of results) {
    const cellsOf = (value, digits) => [
      median(samples.map(value)).toFixed(digits),
      ...[ownFp32, ownQ8].map((own) => factor(resultOf(own).samples.map(value), samples.map(value))),
    ]
    const [{ vectors }] = samples
    const speeds = cellsOf(({ textsPerSecond }) => 1 / textsPerSecond, 0).slice(1)
    const cpuMs = (1000 * median(samples.map(({ cpuSeconds }) => cpuSeconds))) / count
    printRow(
      name,
      ...(shortOnly
        ? ['', '', '', '']
        : [
            median(samples.map(({ textsPerSecond }) => textsPerSecond)).toFixed(1),
            ...speeds,
            `${cpuMs.toFixed(0)} (${median(samples.map(({ busyThreads }) => busyThreads))})`,
          ]),
      ...cellsOf(({ callMs }) => median(callMs), 2),
      memory.renderer.toFixed(0),
      minCosine(vectors, reference.slice(-vectors.length)).toFixed(4),
    )
  }
  console.log()
}

function minCosine(vectors, reference) {
  return Math.min(...vectors.map((vector, index) => cosine(vector, reference[index])))
}

/** Visits every page with an empty profile, interleaved. The first visit to each is not counted: it compresses the files. */
async function measureFirstVisits(contenders) {
  const results = contenders
    .filter(({ skipsVisits }) => !skipsVisits)
    .map((contender) => ({ ...contender, samples: [] }))
  for (let round = -1; round < rounds; round++)
    for (const { system, options, samples } of rotate(results, round + 1)) {
      const sample = await visit(system, options)
      if (round >= 0) samples.push(sample)
    }
  return results
}

async function visit(system, options) {
  system.takeRequested()
  const { report, memory, close } = await system.openAlone(options, createProfile(), { text: shortText })
  await new Promise((resolve) => setTimeout(resolve, settleMs))
  const { renderer, browser } = memory()
  await close()
  if (report.error) throw new Error(report.error)
  return { milliseconds: Number(report.milliseconds), renderer, browser, files: system.takeRequested() }
}

function printVisits(title, results) {
  printRow(
    title,
    'first vector, ms',
    'bert-embed fp32 is faster by',
    'q8 is faster by',
    'code, MB gzipped',
    'page, peak MB',
    'browser, peak MB',
  )
  console.log(`|---|${'---:|'.repeat(6)}`)
  const timesOf = (name) =>
    results.find((one) => one.name === name).samples.map(({ milliseconds }) => milliseconds)
  for (const { name, samples } of results) {
    const { js, wasm } = countBytes(samples[0].files)
    printRow(
      name,
      median(timesOf(name)).toFixed(0),
      ...[ownFp32, ownQ8].map((own) => factor(timesOf(own), timesOf(name))),
      ((js.gzipped + wasm.gzipped) / 1e6).toFixed(2),
      median(samples.map(({ renderer }) => renderer)).toFixed(0),
      median(samples.map(({ browser }) => browser)).toFixed(0),
    )
  }
  console.log()
}

/** The median of the factors within a round, and their range. A busy machine changes factors less than times. */
function factor(own, others) {
  const factors = others.map((time, round) => time / own[round])
  const [middle, min, max] = [median(factors), Math.min(...factors), Math.max(...factors)]
  return `${middle.toFixed(2)}x (${min.toFixed(2)} to ${max.toFixed(2)})`
}

function printRow(...cells) {
  console.log(`| ${cells.join(' | ')} |`)
}
