/**
 * Prints the largest difference to PyTorch for every model in test/fixtures: the table of docs/accuracy.md.
 *
 *   npm run build && node scripts/accuracy.mjs
 *   node scripts/accuracy.mjs DIRECTORY …     the same for other checkpoints with a reference.json
 */

import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createEmbedder } from 'bert-embed'

const fixtures = fileURLToPath(new URL('../test/fixtures/', import.meta.url))
const folders = ['checkpoints', 'sentence-models', 'onnx-models'].map((name) => join(fixtures, name))
const named = process.argv.slice(2)
const recorded = folders.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
const directories = named.length > 0 ? named : recorded

console.log('| checkpoint | last_hidden_state | pooled, six modes | normalized | alone or in a batch |')
console.log('|---|---:|---:|---:|---:|')
for (const directory of directories) {
  const reference = JSON.parse(readFileSync(join(directory, 'reference.json'), 'utf8'))
  const embedder = await createEmbedder({ model: directory })
  const comparison = reference.embeddings ? compareSentences : reference.pooled ? compare : compareOnnx
  const columns = await comparison(embedder, reference)
  await embedder.dispose()
  console.log(`| ${basename(directory)} | ${columns.join(' | ')} |`)
}

async function compare(embedder, { texts, lastHiddenState, pooled, normalizedMean, maxLength }) {
  const output = (await embedder.forward(texts, { maxLength })).lastHiddenState
  const [, tokens, hidden] = output.shape
  const rows = texts.map((_, i) => output.data.subarray(i * tokens * hidden, (i + 1) * tokens * hidden))
  const vectors = []
  for (const [pooling, expected] of Object.entries(pooled))
    vectors.push(largest(await embedder.embed(texts, { pooling, maxLength, normalize: false }), expected))
  const together = await embedder.embed(texts, { maxLength })
  const alone = await Promise.all(texts.map((text) => embedder.embed(text, { maxLength })))
  return [
    largest(rows, lastHiddenState),
    Math.max(...vectors),
    largest(await embedder.embed(texts, { normalize: true, maxLength }), normalizedMean),
    Math.max(...together.map((vector, i) => difference(vector, alone[i]))),
  ].map(show)
}

async function compareSentences(embedder, { texts, embeddings }) {
  const none = largest(await embedder.embed(texts), embeddings.none)
  const query = largest(await Promise.all(texts.map((text) => embedder.embedQuery(text))), embeddings.query)
  const document = largest(await embedder.embedDocuments(texts), embeddings.document)
  return ['', show(Math.max(none, query, document)), '', '']
}

/** Compares a model that runs the repository's ONNX graph. The graph returns final vectors, or token vectors for a mean. */
async function compareOnnx(embedder, { texts, mean, normalizedMean, clsAndMax }) {
  const isFinal = embedder.pooling.length === 0
  const pooled = largest(await embedder.embed(texts, { pooling: ['cls', 'max'] }), clsAndMax)
  const own = largest(await embedder.embed(texts), isFinal ? normalizedMean : mean)
  const normalized = largest(await embedder.embed(texts, { normalize: true }), normalizedMean)
  return ['', show(Math.max(pooled, own)), show(normalized), '']
}

function largest(actual, base64) {
  return Math.max(...base64.map((text, i) => difference(actual[i], decode(text))))
}

function difference(actual, expected) {
  return expected.reduce((max, value, i) => Math.max(max, Math.abs(value - actual[i])), 0)
}

function decode(base64) {
  return new Float32Array(new Uint8Array(Buffer.from(base64, 'base64')).buffer)
}

function show(value) {
  return value.toExponential(1)
}
