/**
 * Prints the STS-B score of trained models with each pooling mode: the table of docs/pooling.md.
 *
 *   npm run build && node scripts/published/pooling-modes.mjs --stsb FILE MODEL_DIRECTORY …
 */

import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import { cosineSimilarity, createEmbedder } from '../../dist/index.node.js'
import { parseStsb, scoreStsb } from './stsb.mjs'

const modes = ['mean', 'mean_sqrt_len_tokens', 'weightedmean', 'max', 'cls', 'lasttoken']
const { values, positionals } = parseArgs({ options: { stsb: { type: 'string' } }, allowPositionals: true })
const stsb = parseStsb(readFileSync(values.stsb, 'utf8'), values.stsb)

console.log(`| model | ${modes.join(' | ')} |`)
for (const model of positionals) {
  const embedder = await createEmbedder({ model })
  const all = await embedder.embed(stsb.sentences, { pooling: modes, normalize: false })
  const scores = modes.map((_, index) => {
    const part = (vector) => vector.subarray(index * embedder.dimension, (index + 1) * embedder.dimension)
    return scoreStsb(stsb, all.map(part), cosineSimilarity).toFixed(1)
  })
  console.log(`| ${basename(model)} | ${scores.join(' | ')} |`)
  await embedder.dispose()
}
