import { expect, test } from 'vitest'

interface Answer {
  readonly byteLength: number
  readonly values: readonly Uint8Array[]
  readonly lengthsAfter: readonly number[]
  readonly lengthAtEnd: number
}

function takeInWorker(blob: Blob, ranges: readonly (readonly [number, number])[]): Promise<Answer> {
  const worker = new Worker(new URL('./blob-bytes-worker.ts', import.meta.url), { type: 'module' })
  return new Promise<Answer>((resolve, reject) => {
    worker.addEventListener('message', ({ data }) => resolve(data))
    worker.addEventListener('error', ({ message }) => reject(new Error(message)))
    worker.postMessage({ blob, ranges })
  }).finally(() => worker.terminate())
}

test('a part of a Blob of any length has its bytes, and is valid until the next part is read', async () => {
  const content = Uint8Array.from({ length: 10_000_000 }, (_, i) => i % 251)
  const ranges = [
    [0, 10],
    [3, 9_000_001],
    [9_000_001, 9_000_001],
    [7_000_000, 10_000_000],
  ] as const
  const { byteLength, values, lengthsAfter, lengthAtEnd } = await takeInWorker(new Blob([content]), ranges)
  expect(byteLength).toBe(content.byteLength)
  const areEqual = ranges.map(
    ([start, end], i) => indexedDB.cmp(values[i]!, content.subarray(start, end)) === 0,
  )
  expect(areEqual).toEqual([true, true, true, true])
  expect(lengthsAfter).toEqual([0, 0, 0, 3_000_000])
  expect(lengthAtEnd).toBe(0)
})
