import { expect, test } from 'vitest'
import { createTokenStore } from '../../src/embedder/token-store.js'

const text = (length: number) => Int32Array.from({ length }, (_, i) => i + 1)

test('a token store returns copies of the ids in few shared buffers', () => {
  const store = createTokenStore()
  const texts = Array.from({ length: 1000 }, (_, i) => text(i % 100))
  const stored = texts.map(store)
  expect(stored).toEqual(texts)
  expect(new Set(stored.map(({ buffer }) => buffer)).size).toBeLessThan(20)
})

test('a token store allocates exactly what a single text needs', () => {
  for (const length of [0, 1, 100_000])
    expect(createTokenStore()(text(length)).buffer.byteLength).toBe(4 * length)
})
