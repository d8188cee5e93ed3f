/** Reads the rows of a NumPy array of shape [rows, values]. */

import { Buffer } from 'node:buffer'
import { open } from 'node:fs/promises'
import { CommandError } from '../command-error.js'
import type { IndexRow } from './index-row.js'

interface NpyHeader {
  readonly TypedArray: (typeof types)[keyof typeof types]
  readonly count: number
  readonly width: number
  /** Where the values begin. */
  readonly offset: number
}

const types = {
  '<f4': Float32Array,
  '|i1': Int8Array,
  '|u1': Uint8Array,
} as const

const rowsAtATime = 1024

/** More than any header of a two-dimensional array has. */
const maxHeaderBytes = 4096

/** @throws {CommandError} `WRONG_INDEX` for another kind of file, or another kind of array. */
export async function* readNpy(path: string): AsyncGenerator<IndexRow, void, undefined> {
  const file = await open(path)
  try {
    const start = new Uint8Array(maxHeaderBytes)
    const { bytesRead } = await file.read(start, 0, maxHeaderBytes, 0)
    const { TypedArray, count, width, offset } = parseNpyHeader(start.subarray(0, bytesRead), path)
    const { size } = await file.stat()
    if (size < offset + count * width * TypedArray.BYTES_PER_ELEMENT)
      throw new CommandError('WRONG_INDEX', `${path} is cut short.`)
    for (let row = 0; row < count; row += rowsAtATime) {
      const block = new TypedArray(Math.min(rowsAtATime, count - row) * width)
      const position = offset + row * width * block.BYTES_PER_ELEMENT
      await file.read(new Uint8Array(block.buffer), 0, block.byteLength, position)
      for (let at = 0; at < block.length; at += width)
        yield { text: undefined, fields: {}, embedding: block.subarray(at, at + width) }
    }
  } finally {
    await file.close()
  }
}

function parseNpyHeader(bytes: Uint8Array, path: string): NpyHeader {
  const text = Buffer.from(bytes).toString('latin1') // TextDecoder's latin1 is Windows-1252
  const isLong = text.charCodeAt(6) > 1 // version 2 and later
  const header = /^\x93NUMPY/.test(text) ? text.slice(isLong ? 12 : 10) : ''
  const [, descr] = /'descr': '([^']+)'/.exec(header) ?? []
  const [, count, width] = /'shape': \((\d+), (\d+)\)/.exec(header) ?? []
  const TypedArray = types[descr as keyof typeof types]
  if (!TypedArray || width === undefined || !header.includes("'fortran_order': False"))
    throw new CommandError(
      'WRONG_INDEX',
      `${path} is not a NumPy array of shape [rows, values] with float32, int8 or uint8 values.`,
    )
  const offset = text.indexOf('\n') + 1
  return { TypedArray, count: Number(count), width: Number(width), offset }
}
