/** Reads ranges of a file over HTTP: a request for each, or one for all where the server gives whole files only. */

import { createLimit } from '../../async/limit.js'
import type { ByteRange } from '../model-source.js'
import { forwardFile } from './forward-file.js'

/** A file on a server, which can be asked for from some byte on. */
export interface RangedFile {
  readonly path: string
  readonly byteLength: number
  /** The bytes from `start` on; from 0 on where the server does not know ranges. */
  open(start: number): Promise<{ readonly start: number; readonly chunks: AsyncIterable<Uint8Array> }>
}

/** Ranges with less between them are one request: it takes longer to ask than to receive so much. */
const smallGapBytes = 64 * 1024

/** As many as a browser has connections to a server. */
const requestsAtOnce = 6

/** @param ranges In ascending order. */
export async function readRanges(
  file: RangedFile,
  ranges: readonly ByteRange[],
): Promise<readonly Uint8Array[]> {
  const groups = groupRanges(ranges)
  const limit = createLimit(requestsAtOnce)
  const [first, ...others] = groups as [ByteRange[], ...ByteRange[][]]
  // The first answer tells whether the server knows ranges.
  const answer = await file.open(first[0]![0])
  if (answer.start === 0) return readFrom(file, answer, ranges)
  const read = [
    readFrom(file, answer, first),
    ...others.map((group) => limit(async () => readFrom(file, await file.open(group[0]![0]), group))),
  ]
  return (await Promise.all(read)).flat()
}

async function readFrom(
  { path, byteLength }: RangedFile,
  { start, chunks }: Awaited<ReturnType<RangedFile['open']>>,
  ranges: readonly ByteRange[],
): Promise<Uint8Array[]> {
  const file = forwardFile(path, byteLength, chunks, start)
  try {
    const bytes: Uint8Array[] = []
    for (const [from, to] of ranges) bytes.push((await file.read(from, to)).slice())
    return bytes
  } finally {
    await file.close()
  }
}

function groupRanges(ranges: readonly ByteRange[]): ByteRange[][] {
  const groups: ByteRange[][] = []
  let end = Number.NEGATIVE_INFINITY
  for (const range of ranges) {
    if (range[0] - end <= smallGapBytes) groups.at(-1)!.push(range)
    else groups.push([range])
    end = range[1]
  }
  return groups
}
