/** Reads the lines of UTF-8 text from bytes, and reports a broken line by its number. */

import { Buffer } from 'node:buffer'
import { CommandError } from '../command-error.js'

export interface Line {
  readonly text: string
  /** Counted from 1. */
  readonly number: number
  /** The number of bytes up to the line's end, line break included. */
  readonly end: number
  /** Whether a line break ends the line. Only the last line of a file may lack it. */
  readonly isWhole: boolean
}

/** A longer line is no text to embed: the file has no line breaks, or is not text. */
const maxLineBytes = 64 * 1024 * 1024

const lineFeed = 0x0a

/**
 * Yields lines without their line break, a final one without line break included.
 *
 * @param name The input's name in error messages.
 * @throws {CommandError} `INVALID_INPUT` for a line that is not UTF-8, has a NUL character, or does not end.
 */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
  name: string,
): AsyncGenerator<Line, void, undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let pending: Uint8Array[] = []
  let pendingBytes = 0
  let number = 0
  let end = 0

  function finishLine(last: Uint8Array, { isWhole }: { readonly isWhole: boolean }): Line {
    number++
    end += pendingBytes + last.byteLength + (isWhole ? 1 : 0)
    const bytes = pendingBytes === 0 ? last : Buffer.concat([...pending, last])
    pending = []
    pendingBytes = 0
    const text = decodeLine(decoder, bytes, `${name}, line ${number}`)
    return { text: number === 1 ? text.replace(/^\ufeff/, '') : text, number, end, isWhole }
  }

  for await (const chunk of chunks) {
    let start = 0
    for (let at = chunk.indexOf(lineFeed); at !== -1; at = chunk.indexOf(lineFeed, start)) {
      yield finishLine(chunk.subarray(start, at), { isWhole: true })
      start = at + 1
    }
    pendingBytes += chunk.byteLength - start
    if (start < chunk.byteLength) pending.push(chunk.slice(start))
    if (pendingBytes > maxLineBytes)
      throw new CommandError(
        'INVALID_INPUT',
        `${name}, line ${number + 1} has more than ${maxLineBytes / 1024 / 1024} MB: is it a text file?`,
      )
  }
  if (pendingBytes > 0) yield finishLine(new Uint8Array(0), { isWhole: false })
}

function decodeLine(decoder: TextDecoder, bytes: Uint8Array, place: string): string {
  if (bytes.includes(0))
    throw new CommandError('INVALID_INPUT', `${place} has a NUL character: it is no text file.`)
  try {
    return decoder.decode(bytes.at(-1) === 0x0d ? bytes.subarray(0, -1) : bytes)
  } catch (cause) {
    throw new CommandError(
      'INVALID_INPUT',
      `${place} is not UTF-8. If it is text, convert it first, for example with "iconv -f latin1 -t utf-8".`,
      { cause },
    )
  }
}
