/** Matrices kept in blocks of 4 or 8 bits, as ONNX Runtime's MatMulNBits takes them. */

import { blockSize, quantizeEightBitBlocks, quantizeFourBitBlocks } from './quantized-blocks.js'
import { bytesOf, checkScales, scaleName, type WeightForm, zeroPointName } from './weight-form.js'

/** How a matrix [to, from] lies in memory; only numbers of 4 bits have zero points. */
export function blockShapes([to, from]: readonly number[], bits: 4 | 8) {
  const blocks = Math.ceil(from! / blockSize)
  return {
    values: [to!, blocks, (blockSize * bits) / 8],
    scales: [to! * blocks],
    zeroPoints: bits === 4 ? [to! * Math.ceil(blocks / 2)] : undefined,
  }
}

export const fourBitBlocks = blockForm(4)
export const eightBitBlocks = blockForm(8)

function blockForm(bits: 4 | 8): WeightForm {
  return {
    entries(name, shape) {
      const { values, scales, zeroPoints } = blockShapes(shape, bits)
      return [
        { name, dtype: 'U8', shape: values },
        { name: scaleName(name), dtype: 'F32', shape: scales },
        ...(zeroPoints ? [{ name: zeroPointName(name), dtype: 'U8', shape: zeroPoints } as const] : []),
      ]
    },
    createEncoder(shape, what) {
      const allScales: Uint8Array<ArrayBuffer>[] = []
      const allZeroPoints: Uint8Array<ArrayBuffer>[] = []
      return {
        add(rows) {
          const width = shape[1]!
          const sizes = blockShapes([rows.length / width, width], bits)
          const values = new Uint8Array(sizeOf(sizes.values))
          const scales = new Float32Array(sizeOf(sizes.scales))
          if (sizes.zeroPoints) {
            const zeroPoints = new Uint8Array(sizeOf(sizes.zeroPoints))
            quantizeFourBitBlocks(rows, width, { values, scales, zeroPoints })
            allZeroPoints.push(zeroPoints)
          } else quantizeEightBitBlocks(rows, width, { values, scales })
          checkScales(scales, what)
          allScales.push(bytesOf(scales))
          return values
        },
        finish: () => [...allScales, ...allZeroPoints],
      }
    },
  }
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}
