/** Blocks of floats as whole numbers with a scale each, in the layout of ONNX Runtime's MatMulNBits. */

import { largestMagnitude, writeScale } from './symmetric-scale.js'

/** Values of a row that share a scale: the finest that all of ONNX Runtime's kernels for it have. */
export const blockSize = 32

export interface FourBitBlocks {
  /** Shape [rows, blocks, 16]: two numbers a byte, the first in the lower half. A row's last block is filled up. */
  readonly values: Uint8Array
  /** Shape [rows, blocks]. */
  readonly scales: Float32Array
  /** Shape [rows, ceil(blocks / 2)], two a byte as the values: the number that stands for 0. */
  readonly zeroPoints: Uint8Array
}

export interface EightBitBlocks {
  /** Shape [rows, blocks, 32]. 128 stands for 0. A row's last block is filled up. */
  readonly values: Uint8Array
  /** Shape [rows, blocks]. */
  readonly scales: Float32Array
}

/**
 * Quantises rows to 16 steps between the smallest and the largest value of a block, 0 among them: with so few steps a
 * zero point of its own takes a tenth of the error away.
 *
 * @param rows Shape [rows, width]; not finite values make their block's scale NaN or infinite.
 */
export function quantizeFourBitBlocks(rows: Float32Array, width: number, into: FourBitBlocks): void {
  const { values, scales, zeroPoints } = into
  const blocks = Math.ceil(width / blockSize)
  for (let block = 0; block < scales.length; block++) {
    const row = Math.floor(block / blocks)
    const column = block % blocks
    const start = row * width + column * blockSize
    const end = Math.min(start + blockSize, (row + 1) * width)
    let least = 0
    let most = 0
    let sum = 0
    for (let i = start; i < end; i++) {
      const value = rows[i]!
      if (value < least) least = value
      if (value > most) most = value
      sum += value
    }
    const scale = (most - least) / 15
    scales[block] = Number.isNaN(sum) ? sum : scale
    const inverse = scale === 0 ? 0 : 1 / scale
    const zero = Math.round(-least * inverse)
    const byteOfZero = row * Math.ceil(blocks / 2) + (column >> 1)
    zeroPoints[byteOfZero]! |= zero << (4 * (column & 1))
    const firstByte = (block * blockSize) / 2
    values.fill(zero | (zero << 4), firstByte, firstByte + blockSize / 2)
    for (let i = start; i < end; i++) {
      let number = (rows[i]! * inverse + zero + 0.5) | 0
      if (number > 15) number = 15 // where the zero point was rounded up
      const at = firstByte + ((i - start) >> 1)
      values[at] = (i - start) & 1 ? (values[at]! & 15) | (number << 4) : (values[at]! & 240) | number
    }
  }
}

/**
 * Quantises rows to 8 bits, symmetric, in blocks.
 *
 * @param rows Shape [rows, width]; not finite values make their block's scale NaN or infinite.
 */
export function quantizeEightBitBlocks(rows: Float32Array, width: number, into: EightBitBlocks): void {
  const { values, scales } = into
  const blocks = Math.ceil(width / blockSize)
  values.fill(128)
  for (let block = 0; block < scales.length; block++) {
    const row = Math.floor(block / blocks)
    const start = row * width + (block % blocks) * blockSize
    const end = Math.min(start + blockSize, (row + 1) * width)
    const inverse = writeScale(scales, block, largestMagnitude(rows, start, end))
    let at = block * blockSize
    for (let i = start; i < end; i++) values[at++] = (rows[i]! * inverse + 128.5) | 0
  }
}
