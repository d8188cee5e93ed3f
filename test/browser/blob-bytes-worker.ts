/** Reads parts of a Blob in a worker, which has a FileReaderSync. Posts each part, and the lengths of all parts afterwards. */

import { BlobBytes } from '../../src/backends/ort/blob-bytes.web.js'

addEventListener(
  'message',
  ({ data: { blob, ranges } }: MessageEvent<{ blob: Blob; ranges: [number, number][] }>) => {
    const bytes = new BlobBytes(blob)
    const taken = ranges.map(([start, end]) => {
      const part = bytes.subarray(start, end)
      return { part, values: part.slice() }
    })
    const values = taken.map(({ values }) => values)
    const lengthsAfter = taken.map(({ part }) => part.byteLength)
    bytes.free()
    const lengthAtEnd = taken.at(-1)!.part.byteLength
    postMessage({ byteLength: bytes.byteLength, values, lengthsAfter, lengthAtEnd })
  },
)
