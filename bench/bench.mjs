/**
 * Compares bert-embed with transformers.js, fastembed-js and sentence-transformers in one run on one machine.
 *
 *     npm run bench -- [--quick] [--shapes minilm,bert-base] [--corpora short,mixed,long,growth] [--only NAME,…]
 *                      [--texts N] [--rounds N] [--threads N] [--python PROGRAM] [--memory-limit-mb N]
 *                      [--checkpoints DIRECTORY] [--output DIRECTORY] [--add]
 *
 * Prints Markdown tables, and writes them, the results as JSON and plots to the output directory. With --add, the results keep
 * the earlier measurements of other shapes and corpora.
 */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTokenizer } from 'bert-embed/core'
import { chooseContenders } from './compare/contenders.mjs'
import { createCorpora } from './compare/corpora.mjs'
import { countFlops } from './compare/flops.mjs'
import { measureCorpus } from './compare/measure-corpus.mjs'
import { measureGrowth } from './compare/measure-growth.mjs'
import { readOptions } from './compare/options.mjs'
import { prepareCheckpoint, probePython } from './compare/prepare.mjs'
import { readResults, writeResults } from './compare/results.mjs'
import { reportTables } from './compare/tables.mjs'

const options = readOptions(process.argv.slice(2))
const { threads, rounds, python, memoryLimitMb, output } = options
const folder = mkdtempSync(join(tmpdir(), 'bert-embed-bench-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

const installed = probePython(python)
const results = options.add ? readResults(output) : { shapes: {} }
results.machine = describeMachine()
for (const shape of options.shapes) await measureShape(shape)
console.log(reportTables(results))

async function measureShape({ name, shape, counts, growth }) {
  const directory = join(options.checkpoints, name)
  const log = (text) => console.error(`${name}: ${text}`)
  const hasOnnx = prepareCheckpoint(directory, { shape, python, canExport: installed.has('export'), log })
  const available = new Set([...installed, ...(hasOnnx ? ['onnx'] : [])])
  const { contendersOf, growing } = chooseContenders({ only: options.only, available })

  const readJson = (file) => JSON.parse(readFileSync(join(directory, file), 'utf8'))
  const tokenizer = createTokenizer({
    tokenizerJson: readJson('tokenizer.json'),
    tokenizerConfig: readJson('tokenizer_config.json'),
  })
  const config = readJson('config.json')
  const texts = createCorpora(directory, {
    folder,
    countTokens: (text) => tokenizer.encode(text, { maxLength: 512 }).ids.length,
  })
  const write = (kind, count) => {
    const corpus = texts.write(kind, count)
    const tokens = corpus.tokenCounts.reduce((sum, tokens) => sum + tokens, 0)
    return { ...corpus, tokens, flops: countFlops(config, corpus.tokenCounts) }
  }
  const shared = { directory, threads, python, memoryLimitMb }
  results.shapes[name] ??= { shape, corpora: {} }
  const entry = results.shapes[name]

  for (const kind of options.corpora.filter((kind) => kind in counts)) {
    const corpus = write(kind, counts[kind])
    const latencyTexts = kind === 'short' ? texts.drawTexts(options.latencyCalls, { tokens: 16 }) : []
    const measured = await measureCorpus(contendersOf(`${name} ${kind}`), {
      ...shared,
      corpus,
      latencyTexts,
      rounds,
      log: (text) => log(`${kind}, ${text}`),
    })
    const { count, tokens, flops } = corpus
    entry.corpora[kind] = { count, tokens, flops, ...measured }
    writeResults(output, results)
  }
  if (growth && options.corpora.includes('growth')) {
    const corpora = growth.map((count) => write('mixed', count))
    const counts = corpora.map(({ count, tokens, flops }) => ({ count, tokens, flops }))
    const contenders = await measureGrowth(growing, { ...shared, corpora, log })
    entry.growth = { counts, contenders }
    writeResults(output, results)
  }
}

function describeMachine() {
  const require = createRequire(import.meta.url)
  const versions = ['@huggingface/transformers', 'fastembed', 'onnxruntime-node'].map((name) => {
    const paths = require.resolve.paths(name).map((path) => join(path, name, 'package.json'))
    return [name, JSON.parse(readFileSync(paths[0], 'utf8')).version]
  })
  return {
    processor: cpus()[0]?.model.trim(),
    cores: cpus().length,
    node: process.version,
    threads,
    rounds,
    versions: Object.fromEntries(versions),
  }
}
