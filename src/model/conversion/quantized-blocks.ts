/**
 * Quantises rows to blocks of 8-bit numbers with a scale for each block, in the layout of ONNX Runtime's MatMulNBits.
 */

import { largestMagnitude, writeScale } from './quantized-rows.js'

/** Number of values that share a scale: the smallest that all of ONNX Runtime's kernels support. */
export const blockSize = 32

export interface QuantizedBlocks {
  /** Shape [rows, blocks, 32]. 128 stands for 0, and fills up the last block of a row. */
  readonly values: Uint8Array
  /** Shape [rows, blocks]. */
  readonly scales: Float32Array
}

/**
 * Quantises rows to 8 bits, symmetrically, in blocks.
 *
 * @param rows Shape [rows, width]. A value that is not finite makes its block's scale NaN or infinite.
 */
export function quantizeBlocks(rows: Float32Array, width: number, into: QuantizedBlocks): void {
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
