import { describe, expect, test } from 'vitest'
import { type RangedFile, readRanges } from '../../src/sources/http/read-ranges.js'
import type { ByteRange } from '../../src/sources/model-source.js'

const bytes = Uint8Array.from({ length: 400_000 }, (_, i) => i % 251)

/** Creates a file on a server, and records the positions that were requested. */
function serve({ knowsRanges }: { readonly knowsRanges: boolean }) {
  const opened: number[] = []
  let open = 0
  const file: RangedFile = {
    path: 'weights',
    byteLength: bytes.byteLength,
    async open(asked) {
      opened.push(asked)
      const start = knowsRanges ? asked : 0
      async function* chunks() {
        open++
        try {
          for (let at = start; at < bytes.byteLength; at += 1000) yield bytes.slice(at, at + 1000)
        } finally {
          open--
        }
      }
      return { start, chunks: chunks() }
    },
  }
  return { file, opened, open: () => open }
}

const ranges: ByteRange[] = [
  [10, 20],
  [25, 60],
  [100_000, 100_010],
  [390_000, 400_000],
]
const expected = ranges.map(([start, end]) => [...bytes.subarray(start, end)])

describe('readRanges', () => {
  test('ranges are requested one by one, and ranges near each other together', async () => {
    const { file, opened, open } = serve({ knowsRanges: true })
    expect((await readRanges(file, ranges)).map((range) => [...range])).toEqual(expected)
    expect(opened).toEqual([10, 100_000, 390_000])
    expect(open()).toBe(0)
  })

  test('ranges are read from one response if the server always sends the whole file', async () => {
    const { file, opened, open } = serve({ knowsRanges: false })
    expect((await readRanges(file, ranges)).map((range) => [...range])).toEqual(expected)
    expect(opened).toEqual([10])
    expect(open()).toBe(0)
  })

  test('a range beyond the end of the file is an error READ_FAILED', async () => {
    const { file } = serve({ knowsRanges: true })
    await expect(
      readRanges(file, [
        [0, 1],
        [399_999, 400_001],
      ]),
    ).rejects.toMatchObject({ code: 'READ_FAILED' })
  })
})
