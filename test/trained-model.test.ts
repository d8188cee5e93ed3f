/** models/bert-embed-small-en, the trained checkpoint of the examples. */

import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createEmbedder, type Embedder } from '../src/index.node.js'
import { largestDifference } from './support/fixtures.js'

const model = fileURLToPath(new URL('../models/bert-embed-small-en', import.meta.url))
const recorded: { texts: readonly { text: string; vector: readonly number[] }[] } = JSON.parse(
  readFileSync(new URL('fixtures/trained-model.json', import.meta.url), 'utf8'),
)
const texts = recorded.texts.map(({ text }) => text)

let embedder: Embedder
beforeAll(async () => {
  embedder = await createEmbedder({ model })
})
afterAll(() => embedder.dispose())

test('the trained model has the vectors of sentence-transformers, also for a text over its limit', async () => {
  const vectors = await embedder.embed(texts)
  // The two libraries sum float32 in different orders. The values are below 0.3.
  for (const [index, { vector }] of recorded.texts.entries())
    expect(largestDifference(vectors[index]!, vector)).toBeLessThan(1e-6)
})

test('the nearest sentence to each of the six demo sentences is the other one of its pair', async () => {
  const vectors = await embedder.embed(texts.slice(0, 6))
  const { data } = embedder.similarity(vectors, vectors) // (6, 6)
  const nearest = vectors.map((_, row) => {
    const others = Array.from(data.subarray(6 * row, 6 * row + 6), (value, column) =>
      column === row ? -1 : value,
    )
    return others.indexOf(Math.max(...others))
  })
  expect(nearest).toEqual([1, 0, 3, 2, 5, 4])
})

test('the trained model takes at most 6 MB in the repository', () => {
  const files = readdirSync(model, { recursive: true, encoding: 'utf8' }).map((name) =>
    statSync(join(model, name)),
  )
  const bytes = files.reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0)
  expect(bytes).toBeLessThanOrEqual(6_000_000)
})
