/**
 * Prints the quality and the speed of the dtypes with trained checkpoints: the tables of docs/accuracy.md.
 *
 *   npm run build && node scripts/published/quality.mjs [--stsb FILE] [MODEL_DIRECTORY …]
 *
 *   --stsb FILE       an STS-B set as CSV (sentence1,sentence2,score). Its sentences are used for the cosines, and its
 *                     score is printed. Without it, the script uses fifteen texts of 1 to 300 words
 *   --dtypes fp16,q8  only these dtypes; fp32 is always loaded, to compare with
 *   --onnx FILE       an ONNX file of the first model, run with that model's tokenizer; may be repeated
 *   --rounds N        number of interleaved rounds of the timing (31)
 *   --no-speed        skips the timing
 *   --package DIR     measures the build of another clone of this repository
 *   --beside DIR      also times the build of the clone in DIR in the same rounds, and prints how many times as fast
 *                     this build is
 *   --outliers 30     scales three channels of every LayerNorm but the last
 *
 * Without directories, it uses the models in .published/, which `fetch-models.mjs` downloads.
 */

import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { cpus, tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { speedRatio, timeInTurns } from './speed.mjs'
import { parseStsb, scoreStsb } from './stsb.mjs'
import { filesWithOutliers } from './with-outliers.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const { values: options, positionals } = parseArgs({
  options: {
    stsb: { type: 'string' },
    dtypes: { type: 'string', default: 'fp32,fp16,q8' },
    onnx: { type: 'string', multiple: true, default: [] },
    rounds: { type: 'string', default: '31' },
    'no-speed': { type: 'boolean', default: false },
    package: { type: 'string', default: root },
    beside: { type: 'string' },
    outliers: { type: 'string' },
  },
  allowPositionals: true,
})
const directories = positionals.length > 0 ? positionals : publishedModels()
const dtypes = options.dtypes.split(',')
const folder = mkdtempSync(join(tmpdir(), 'bert-embed-quality-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

/** Texts of one to some hundred words, so that batches contain padding of many lengths. */
const words = readFileSync(join(root, 'test/fixtures/text/corpus.txt'), 'utf8').split(/\s+/)
const lengths = [1, 2, 3, 5, 6, 8, 10, 12, 15, 20, 40, 60, 90, 150, 300]
const mixedTexts = lengths.map((length, index) => words.slice(index * 50, index * 50 + length).join(' '))

const stsb = options.stsb ? parseStsb(readFileSync(options.stsb, 'utf8'), options.stsb) : undefined
const library = await openLibrary(options.package, 'cache')
const beside = options.beside ? await openLibrary(options.beside, 'cache-beside') : undefined

const columns = {
  model: 'model',
  dtype: 'dtype',
  difference: 'largest difference to sentence-transformers',
  min: 'minimum cosine to fp32',
  mean: 'mean cosine',
  centred: 'minimum cosine, mean vector subtracted',
  stsb: 'STS-B Spearman',
  dependence: 'alone or in a batch',
  bytes: 'weights, MB',
  speed: 'texts/s, fp32 = 1',
  beside: 'texts/s, other build = 1',
}
const rows = []
for (const [index, directory] of directories.entries())
  rows.push(...(await measureModel(directory, index === 0 ? options.onnx : [])))

console.log(`${describeMachine()}\n`)
console.log(markdownTable(rows))

async function measureModel(directory, onnxFiles) {
  const model = options.outliers ? withOutliers(directory) : directory
  const fp32 = { dtype: 'fp32', embedder: await load(library, { model }) }
  const expected = await fp32.embedder.embed(stsb?.sentences ?? mixedTexts)
  const contenders = []
  for (const dtype of dtypes) {
    log(`${directory}: ${dtype}`)
    const before = library.cachedBytes()
    const embedder = dtype === 'fp32' ? fp32.embedder : await load(library, { model, dtype })
    const bytes = dtype === 'fp32' ? weightsOf(directory) : library.cachedBytes() - before
    contenders.push({ dtype, embedder, bytes, beside: beside && (await load(beside, { model, dtype })) })
  }
  for (const file of onnxFiles) {
    log(`${directory}: ${file}`)
    const embedder = await load(library, { model: withOnnxFile(directory, file), onnx: true })
    contenders.push({ dtype: basename(file), embedder, bytes: statSync(file).size })
  }

  const measured = []
  for (const { dtype, embedder, bytes } of contenders) {
    measured.push({
      model: basename(directory),
      dtype,
      difference: await differenceToRecorded(embedder, basename(directory)),
      bytes: (bytes / 1e6).toFixed(1),
      ...(await measureQuality(embedder, expected)),
    })
  }
  if (!options['no-speed'])
    await measureSpeed(measured, { fp32, contenders, log: (text) => log(`${directory}: ${text}`) })
  const embedders = [fp32, ...contenders].flatMap(({ embedder, beside }) =>
    beside ? [embedder, beside] : [embedder],
  )
  for (const embedder of new Set(embedders)) await embedder.dispose()
  return measured
}

/** The largest difference of any value to the recorded vectors of sentence-transformers, if this checkpoint has them. */
async function differenceToRecorded(embedder, name) {
  const recordings = join(root, 'test/fixtures/published')
  if (options.outliers || !existsSync(join(recordings, `${name}.json`))) return undefined
  const readJson = (file) => JSON.parse(readFileSync(join(recordings, file), 'utf8'))
  const [texts, { dimension, ...recorded }] = [readJson('texts.json'), readJson(`${name}.json`)]
  let largest = 0
  for (const kind of ['odd', 'sentences']) {
    const bytes = Buffer.from(recorded[kind].vectors, 'base64')
    const expected = new Float32Array(new Uint8Array(bytes).buffer)
    const vectors = await embedder.embed(texts[kind].slice(0, expected.length / dimension))
    for (const [index, value] of vectors.flatMap((vector) => Array.from(vector)).entries())
      largest = Math.max(largest, Math.abs(value - expected[index]))
  }
  return largest.toExponential(1)
}

async function measureQuality(embedder, expected) {
  const texts = stsb?.sentences ?? mixedTexts
  const vectors = await embedder.embed(texts)
  const ofTexts = compare(vectors, expected)
  const cosines = stsb
    ? stsb.pairs.flatMap(({ first, second }) => [ofTexts[first], ofTexts[second]])
    : ofTexts
  return {
    min: Math.min(...cosines).toFixed(5),
    mean: (cosines.reduce((sum, cosine) => sum + cosine, 0) / cosines.length).toFixed(6),
    // An STS-B score already shows that the cosines are not large only because of the common mean vector.
    ...(stsb
      ? { stsb: scoreStsb(stsb, vectors, library.cosineSimilarity).toFixed(2) }
      : { centred: Math.min(...compare(centre(vectors), centre(expected))).toFixed(5) }),
    dependence: (await dependenceOnBatch(embedder)).toExponential(1),
  }
}

/** Adds the speed of its contender to each row. */
async function measureSpeed(measured, { fp32, contenders, log }) {
  const embedders = [...new Set([fp32, ...contenders].flatMap(({ embedder, beside }) => [embedder, beside]))]
  const timed = embedders.filter((embedder) => embedder !== undefined)
  log(`${options.rounds} rounds`)
  const times = await timeInTurns(
    timed.map((embedder) => () => embedder.embed(mixedTexts)),
    { rounds: Number(options.rounds) },
  )
  for (const [index, { embedder, beside }] of contenders.entries()) {
    const contender = timed.indexOf(embedder)
    measured[index].speed = speedRatio(times, { base: timed.indexOf(fp32.embedder), contender })
    if (beside) measured[index].beside = speedRatio(times, { base: timed.indexOf(beside), contender })
  }
}

/** The largest difference of any value between a text's vector in a batch and alone. */
async function dependenceOnBatch(embedder) {
  const together = await embedder.embed(mixedTexts)
  let largest = 0
  for (const [index, text] of mixedTexts.entries()) {
    const alone = await embedder.embed(text)
    for (const [i, value] of alone.entries())
      largest = Math.max(largest, Math.abs(value - together[index][i]))
  }
  return largest
}

function compare(vectors, expected) {
  return vectors.map((vector, index) => library.cosineSimilarity(vector, expected[index]))
}

/** Subtracts the mean vector. It is common to all texts and makes every cosine large; the rest distinguishes texts. */
function centre(vectors) {
  const mean = vectors[0].map((_, i) => vectors.reduce((sum, vector) => sum + vector[i], 0) / vectors.length)
  return vectors.map((vector) => vector.map((value, i) => value - mean[i]))
}

/** Opens a build of the library with a separate cache, so that it does not use converted files of another build. */
async function openLibrary(directory, cache) {
  const entry = join(resolve(directory), 'dist/index.node.js')
  if (!existsSync(entry)) throw new Error(`There is no ${entry}: npm run build there.`)
  const module = await import(pathToFileURL(entry).href)
  const cacheDir = join(folder, cache)
  mkdirSync(cacheDir)
  return { ...module, cacheDir, cachedBytes: () => bytesIn(cacheDir) }
}

function load({ createEmbedder, cacheDir }, options) {
  return createEmbedder({ ...options, cacheDir })
}

function bytesIn(directory) {
  const files = readdirSync(directory, { recursive: true }).map((name) => lstatSync(join(directory, name)))
  return files.reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0)
}

function weightsOf(directory) {
  const names = readdirSync(directory).filter((name) => name.endsWith('.safetensors'))
  return names.reduce((sum, name) => sum + statSync(join(directory, name)).size, 0)
}

/** Creates a folder with the model's files, and the ONNX file at its usual place. */
function withOnnxFile(directory, file) {
  const model = mkdtempSync(join(folder, 'onnx-'))
  for (const name of readdirSync(directory).filter((name) => name !== 'onnx'))
    symlinkSync(resolve(directory, name), join(model, name))
  mkdirSync(join(model, 'onnx'))
  symlinkSync(resolve(file), join(model, 'onnx/model.onnx'))
  return model
}

/** Writes the files to a directory, because converted weights of files in memory are not cached. */
function withOutliers(directory) {
  const model = mkdtempSync(join(folder, 'outliers-'))
  for (const [name, bytes] of Object.entries(filesWithOutliers(directory, Number(options.outliers)))) {
    mkdirSync(join(model, name, '..'), { recursive: true })
    writeFileSync(join(model, name), bytes)
  }
  return model
}

function publishedModels() {
  const published = join(root, '.published')
  if (!existsSync(published))
    throw new Error(
      "Name a model's directory, or get the published ones: node scripts/published/fetch-models.mjs",
    )
  const names = readdirSync(published).filter((name) =>
    existsSync(join(published, name, 'model.safetensors')),
  )
  return names.map((name) => join(published, name))
}

function describeMachine() {
  const version = (name) => {
    const require = createRequire(join(resolve(options.package), 'package.json'))
    const path = require.resolve
      .paths(name)
      .map((path) => join(path, name, 'package.json'))
      .find(existsSync)
    return `${name} ${JSON.parse(readFileSync(path, 'utf8')).version}`
  }
  const set = stsb
    ? `${2 * stsb.pairs.length} sentences of ${basename(options.stsb)}`
    : 'texts of 1 to 300 words'
  const processor = `${cpus()[0]?.model.trim()}, ${cpus().length} cores`
  return `${processor}; Node ${process.versions.node}, ${version('onnxruntime-node')}; ${set}.`
}

/** Formats the rows. Omits columns that are empty in all rows. */
function markdownTable(rows) {
  const keys = Object.keys(columns).filter((key) => rows.some((row) => row[key] !== undefined))
  const line = (cells) => `| ${cells.join(' | ')} |`
  return [
    line(keys.map((key) => columns[key])),
    `|${keys.map((key) => (key === 'model' || key === 'dtype' ? '---' : '---:')).join('|')}|`,
    ...rows.map((row) => line(keys.map((key) => row[key] ?? ''))),
  ].join('\n')
}

function log(text) {
  console.error(text)
}
