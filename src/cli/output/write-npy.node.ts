/** Writes vectors as a NumPy array of shape [rows, values]. https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html */

import { Buffer } from 'node:buffer'
import { endianness } from 'node:os'
import type { RowWriter } from './row-writer.node.js'

/** The header's length is a multiple of this, so that the values are aligned. */
const alignment = 64

/** Rows that are written at once. */
const rowsAtATime = 256

const types = {
  float32: ['<f4', Float32Array],
  binary: ['|i1', Int8Array],
  ubinary: ['|u1', Uint8Array],
} as const

export const writeNpy: RowWriter = async (rows, file) => {
  const { count, width, info } = rows
  const [descr, TypedArray] = types[info.options.precision ?? 'float32']
  await file.writeFile(npyHeader(descr, count, width))
  const block = new TypedArray(rowsAtATime * width)
  let filled = 0
  const flush = async () => {
    const bytes = Buffer.from(block.buffer, 0, filled * width * block.BYTES_PER_ELEMENT)
    if (block.BYTES_PER_ELEMENT === 4 && endianness() === 'BE') bytes.swap32()
    await file.writeFile(bytes)
    filled = 0
  }
  for await (const { embedding } of rows) {
    block.set(embedding, filled * width)
    if (++filled === rowsAtATime) await flush()
  }
  await flush()
}

function npyHeader(descr: string, rows: number, width: number): Buffer {
  const magic = Buffer.from('\x93NUMPY\x01\x00', 'latin1')
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${rows}, ${width}), }`
  const unpadded = magic.length + 2 + text.length + 1
  const padded = `${text}${' '.repeat((alignment - (unpadded % alignment)) % alignment)}\n`
  const length = Buffer.alloc(2)
  length.writeUInt16LE(padded.length)
  return Buffer.concat([magic, length, Buffer.from(padded, 'latin1')])
}
