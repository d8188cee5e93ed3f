/** Reads ranges of a file over HTTP, in one request per range, or in one for all if the server ignores ranges. */

import { createLimit } from '../../async/limit.js'
import type { ByteRange } from '../model-source.js'
import { forwardFile } from './forward-file.js'

/** A file on a server that may support range requests. */
export interface RangedFile {
  readonly path: string
  readonly byteLength: number
  /** Requests the bytes from `start` on. A server without range support sends them from 0 on. */
  open(start: number): Promise<{ readonly start: number; readonly chunks: AsyncIterable<Uint8Array> }>
}

/** Ranges with a smaller gap share a request: receiving so many bytes takes less time than a further request. */
const smallGapBytes = 64 * 1024

/** Maximum number of parallel requests: a browser opens six connections to a server. */
const maxRequests = 6

/**
 * Reads ranges of a file.
 *
 * @param ranges In ascending order.
 */
export async function readRanges(
  file: RangedFile,
  ranges: readonly ByteRange[],
): Promise<readonly Uint8Array[]> {
  const groups = groupRanges(ranges)
  const limit = createLimit(maxRequests)
  const [first, ...others] = groups as [ByteRange[], ...ByteRange[][]]
  // The first response shows whether the server supports ranges.
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
