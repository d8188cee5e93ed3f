/**
 * Compares the vectors of other libraries with those of bert-embed, on a trained model, text by text. The guides in
 * docs/from-*.md show the results.
 *
 *     node ../scripts/published/fetch-models.mjs all-MiniLM-L6-v2      # to ../.published
 *     python3 export_onnx.py ../.published/all-MiniLM-L6-v2            # the ONNX files that the JavaScript libraries read
 *     node other-libraries.mjs ../.published/all-MiniLM-L6-v2
 */

import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { cosineSimilarity } from 'bert-embed'

const execute = promisify(execFile)
const pathOf = (path) => fileURLToPath(new URL(path, import.meta.url))
const { positionals, values: options } = parseArgs({
  allowPositionals: true,
  options: { python: { type: 'string', default: process.env.PYTHON ?? 'python3' } },
})
const directory = resolve(positionals[0])

const sentences = (await readFile(pathOf('../examples/texts/sentences.txt'), 'utf8')).trim().split('\n')
const passage = (await readFile(pathOf('../examples/texts/don-quixote.txt'), 'utf8')).trim()
/** Each list is one call. */
const calls = {
  alone: sentences.map((text) => [text]),
  long: [[passage]],
  empty: [['']],
  batch: [[...sentences, passage]],
}

/** `like` lists the options with which bert-embed is asked for the vectors to compare with. */
const systems = [
  {
    name: 'transformers.js fp32',
    package: '@huggingface/transformers',
    like: [{}, at(512), withoutSeparator(512)],
  },
  {
    name: 'transformers.js q8',
    package: '@huggingface/transformers',
    dtype: 'q8',
    like: [{}, withoutSeparator(512)],
  },
  { name: 'fastembed-js', package: 'fastembed', like: [{}, { ...at(512), pooling: 'cls' }] },
  { name: 'sentence-transformers', package: 'sentence-transformers', python: true, like: [{}] },
  { name: 'transformers', package: 'transformers', python: true, like: [{}, at(512)] },
  { name: 'fastembed in Python', package: 'fastembed', python: true, like: [{}, at(512)] },
  { name: 'bert-embed fp32', package: 'bert-embed', like: [] },
  { name: 'bert-embed q8', package: 'bert-embed', dtype: 'q8', like: [{}] },
]

console.log('least cosine and largest difference, to bert-embed in fp32')
for (const system of systems) {
  const { version, vectors } = await vectorsOf(system)
  console.log(`\n${system.name} (${version})`)
  for (const like of system.like) {
    const ours = await vectorsOf({ package: 'bert-embed', ...like })
    for (const call of ['alone', 'long', 'empty'])
      print(`  ${call}, to bert-embed ${JSON.stringify(like)}`, vectors[call], ours.vectors[call])
  }
  print('  a batch, to the same texts alone', vectors.batch, [...vectors.alone, ...vectors.long])
}

function at(maxLength) {
  return { maxLength }
}

function withoutSeparator(maxLength) {
  return { maxLength, withoutSeparator: true }
}

/** Each library runs in a process of its own: a process can load only one version of onnxruntime-node. */
async function vectorsOf(system) {
  const request = JSON.stringify({ directory, calls, system })
  const [command, script] = system.python ? [options.python, 'vectors.py'] : [process.execPath, 'vectors.mjs']
  const running = execute(command, [pathOf(`other-libraries/${script}`)], { maxBuffer: 2 ** 28 })
  running.child.stdin.end(request)
  const { stdout } = await running
  return JSON.parse(stdout.split('\n').at(-2))
}

function print(label, theirs, expected) {
  const cosines = theirs.map((vector, i) =>
    cosineSimilarity(Float32Array.from(vector), Float32Array.from(expected[i])),
  )
  const differences = theirs.flatMap((vector, i) =>
    vector.map((value, j) => Math.abs(value - expected[i][j])),
  )
  console.log(
    `${label.padEnd(66)}${Math.min(...cosines).toFixed(6)}  ${Math.max(...differences).toExponential(1)}`,
  )
}
