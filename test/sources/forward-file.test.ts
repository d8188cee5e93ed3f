import { describe, expect, test } from 'vitest'
import { forwardFile } from '../../src/sources/http/forward-file.js'

const bytes = Uint8Array.from({ length: 100 }, (_, i) => i)

/** Yields `bytes` in pieces of the given sizes. Counts the pieces, and sets `ended` at the end of the iteration. */
function pieces(sizes: readonly number[]) {
  const state = { taken: 0, ended: false }
  async function* chunks() {
    try {
      let position = 0
      for (const size of sizes) {
        state.taken++
        yield bytes.slice(position, position + size)
        position += size
      }
    } finally {
      state.ended = true
    }
  }
  return { state, chunks: chunks() }
}

describe('forwardFile', () => {
  test.each([[[100]], [[1, 2, 97]], [[50, 0, 50]], [Array<number>(100).fill(1)]])(
    'read returns the requested bytes when they arrive in pieces of %j',
    async (sizes) => {
      const file = forwardFile('weights', 100, pieces(sizes).chunks)
      expect([...(await file.read(0, 8))]).toEqual([...bytes.subarray(0, 8)])
      expect([...(await file.read(8, 8))]).toEqual([])
      expect([...(await file.read(30, 77))]).toEqual([...bytes.subarray(30, 77)])
      expect([...(await file.read(99, 100))]).toEqual([99])
    },
  )

  test('read requests no more chunks than it needs', async () => {
    const { state, chunks } = pieces(Array<number>(10).fill(10))
    await forwardFile('weights', 100, chunks).read(0, 20)
    expect(state.taken).toBe(2)
  })

  test('reading backwards is a RangeError', async () => {
    const file = forwardFile('weights', 100, pieces([100]).chunks)
    await file.read(10, 20)
    await expect(file.read(19, 30)).rejects.toThrow(RangeError)
  })

  test('a download that ends too early is an error READ_FAILED', async () => {
    const file = forwardFile('weights', 101, pieces([100]).chunks)
    await expect(file.read(90, 101)).rejects.toMatchObject({ code: 'READ_FAILED' })
  })

  test('close ends the download', async () => {
    const { state, chunks } = pieces([50, 50])
    const file = forwardFile('weights', 100, chunks)
    await file.read(0, 1)
    await file.close!()
    expect(state.ended).toBe(true)
  })
})
