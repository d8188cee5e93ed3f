/**
 * Prints how far the vectors of the small dtypes are from those of fp32, as the table of docs/accuracy.md.
 *
 *   npm run build && node scripts/accuracy-dtypes.mjs
 *   node scripts/accuracy-dtypes.mjs DIRECTORY …              the same for checkpoints elsewhere
 *   node scripts/accuracy-dtypes.mjs --outliers 30 DIRECTORY …  with three channels of every LayerNorm but the last
 *                                                              scaled, as trained BERTs have some
 *   node scripts/accuracy-dtypes.mjs --dtypes q8,q4 …         these alone
 */

import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { cosineSimilarity, createEmbedder, memorySource } from 'bert-embed'

const root = fileURLToPath(new URL('..', import.meta.url))
const checkpoints = join(root, 'test/fixtures/checkpoints')
const { values, positionals } = parseArgs({
  options: { outliers: { type: 'string' }, dtypes: { type: 'string', default: 'fp16,q8,q4' } },
  allowPositionals: true,
})
const directories =
  positionals.length > 0 ? positionals : readdirSync(checkpoints).map((name) => join(checkpoints, name))

/** From one word to some hundred, so that batches hold padding of many lengths. */
const words = readFileSync(join(root, 'test/fixtures/text/corpus.txt'), 'utf8').split(/\s+/)
const lengths = [1, 2, 3, 5, 6, 8, 10, 12, 15, 20, 40, 60, 90, 150, 300]
const texts = lengths.map((length, index) => words.slice(index * 50, index * 50 + length).join(' '))

console.log(
  '| checkpoint | dtype | least cosine | median | least, mean vector taken off | alone or in a batch |',
)
console.log('|---|---|---:|---:|---:|---:|')
for (const directory of directories) {
  const model = values.outliers ? withOutliers(directory, Number(values.outliers)) : directory
  const expected = await embedAll(model, 'fp32')
  for (const dtype of values.dtypes.split(',')) {
    const { together, dependence } = await embedAll(model, dtype)
    const cosines = compare(together, expected.together)
    const centred = compare(centre(together), centre(expected.together))
    const cells = [cosines[0], cosines[cosines.length >> 1], centred[0]].map((cosine) => cosine.toFixed(5))
    console.log(`| ${[basename(directory), dtype, ...cells, dependence.toExponential(1)].join(' | ')} |`)
  }
}

async function embedAll(model, dtype) {
  const embedder = await createEmbedder({ model, dtype, cache: false })
  const together = await embedder.embed(texts)
  let dependence = 0
  for (const [index, text] of texts.entries()) {
    const alone = await embedder.embed(text)
    alone.forEach((value, i) => {
      dependence = Math.max(dependence, Math.abs(value - together[index][i]))
    })
  }
  await embedder.dispose()
  return { together, dependence }
}

function compare(vectors, expected) {
  return vectors.map((vector, index) => cosineSimilarity(vector, expected[index])).sort((a, b) => a - b)
}

/** What all texts have in common makes every cosine large; the rest is what tells texts apart. */
function centre(vectors) {
  const mean = vectors[0].map((_, i) => vectors.reduce((sum, vector) => sum + vector[i], 0) / vectors.length)
  return vectors.map((vector) => vector.map((value, i) => value - mean[i]))
}

/** The checkpoint in memory, changed. The last LayerNorm is left alone: its outliers would outweigh all else in a cosine. */
function withOutliers(directory, factor) {
  const names = readdirSync(directory, { recursive: true }).filter((name) =>
    /\.(json|txt|safetensors)$/.test(name),
  )
  const files = Object.fromEntries(names.map((name) => [name, readFileSync(join(directory, name))]))
  const bytes = files['model.safetensors']
  const headerEnd = 8 + Number(bytes.readBigUInt64LE(0))
  const tensors = Object.entries(JSON.parse(bytes.subarray(8, headerEnd)))
  const gains = tensors.filter(([name]) => /LayerNorm\.(?:weight|gamma)$/.test(name))
  const layers = gains.map(([name]) => Number(/layer\.(\d+)/.exec(name)?.[1] ?? -1))
  const last = `layer.${Math.max(...layers)}.output`
  for (const [
    name,
    {
      data_offsets: [start],
      shape,
    },
  ] of gains) {
    if (name.includes(last)) continue
    for (const channel of [7 % shape[0], 300 % shape[0], 381 % shape[0]]) {
      const at = headerEnd + start + 4 * channel
      bytes.writeFloatLE(factor * bytes.readFloatLE(at), at)
    }
  }
  return memorySource(files, { name: directory })
}
