/**
 * Measures what a cosine of the small model means, for the live page of the site: the cosines of STS-B's pairs by
 * human rating, from 0 (different subjects) to 5 (the same meaning), and of sentences that are paired at random, for
 * each pooling. It prints the JSON.
 *
 *   node scripts/published/cosine-scale.mjs --stsb stsb-en-test.csv > site/live/cosine-scale.json
 */

import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { cosineSimilarity, createEmbedder } from '../../dist/index.node.js'
import { parseStsb } from './stsb.mjs'

const rated = (from, to) => (pairs) => pairs.filter(({ score }) => score >= from && score <= to)

/** Pairs the first sentence of each pair with the second one of another pair, half the file away. */
const shuffled = (pairs) =>
  pairs.map(({ first }, index) => ({
    first,
    second: pairs[(index + Math.floor(pairs.length / 2)) % pairs.length].second,
  }))

const groups = { same: rated(4, 5), some: rated(2, 3), different: rated(0, 1), random: shuffled }
const { stsb: file } = parseArgs({ options: { stsb: { type: 'string' } } }).values
const { pairs, sentences } = parseStsb(await readFile(file, 'utf8'), file)

const model = fileURLToPath(new URL('../../models/bert-embed-small-en', import.meta.url))
const embedder = await createEmbedder({ model, dtype: 'q8', device: 'wasm' })
const scale = {}
for (const pooling of ['mean', 'cls', 'max']) {
  const vectors = await embedder.embed(sentences, { pooling })
  scale[pooling] = Object.entries(groups).map(([name, select]) => {
    const cosines = select(pairs)
      .map(({ first, second }) => cosineSimilarity(vectors[first], vectors[second]))
      .sort((a, b) => a - b)
    const at = (share) => Number(cosines[Math.round(share * (cosines.length - 1))].toFixed(2))
    return {
      name,
      pairs: cosines.length,
      low: at(0.05),
      quarter: at(0.25),
      median: at(0.5),
      threeQuarters: at(0.75),
      high: at(0.95),
    }
  })
}
console.log(JSON.stringify(scale, null, 2))
await embedder.dispose()
