/** Matrices kept in blocks of 4 or 8 bits, as ONNX Runtime's MatMulNBits takes them. */

import { blockSize, quantizeEightBitBlocks, quantizeFourBitBlocks } from './quantized-blocks.js'
import { bytesOf, checkScales, scaleName, type WeightForm, zeroPointName } from './weight-form.js'

/** How a matrix [to, from] lies in memory. */
export function blockShapes([to, from]: readonly number[], bits: 4 | 8) {
  const blocks = Math.ceil(from! / blockSize)
  return {
    values: [to!, blocks, (blockSize * bits) / 8],
    scales: [to! * blocks],
    zeroPoints: [to! * Math.ceil(blocks / 2)],
  }
}

export const fourBitBlocks: WeightForm = {
  entries(name, shape) {
    const { values, scales, zeroPoints } = blockShapes(shape, 4)
    return [
      { name, dtype: 'U8', shape: values },
      { name: scaleName(name), dtype: 'F32', shape: scales },
      { name: zeroPointName(name), dtype: 'U8', shape: zeroPoints },
    ]
  },
  createEncoder(shape, what) {
    const allScales: Uint8Array[] = []
    const allZeroPoints: Uint8Array[] = []
    return {
      add(rows) {
        const width = shape[1]!
        const sizes = blockShapes([rows.length / width, width], 4)
        const values = new Uint8Array(sizeOf(sizes.values))
        const scales = new Float32Array(sizeOf(sizes.scales))
        const zeroPoints = new Uint8Array(sizeOf(sizes.zeroPoints))
        quantizeFourBitBlocks(rows, width, { values, scales, zeroPoints })
        checkScales(scales, what)
        allScales.push(bytesOf(scales))
        allZeroPoints.push(zeroPoints)
        return values
      },
      finish: () => [...allScales, ...allZeroPoints],
    }
  },
}

export const eightBitBlocks: WeightForm = {
  entries(name, shape) {
    const { values, scales } = blockShapes(shape, 8)
    return [
      { name, dtype: 'U8', shape: values },
      { name: scaleName(name), dtype: 'F32', shape: scales },
    ]
  },
  createEncoder(shape, what) {
    const allScales: Uint8Array[] = []
    return {
      add(rows) {
        const width = shape[1]!
        const sizes = blockShapes([rows.length / width, width], 8)
        const values = new Uint8Array(sizeOf(sizes.values))
        const scales = new Float32Array(sizeOf(sizes.scales))
        quantizeEightBitBlocks(rows, width, { values, scales })
        checkScales(scales, what)
        allScales.push(bytesOf(scales))
        return values
      },
      finish: () => allScales,
    }
  },
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}
