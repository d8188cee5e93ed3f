/** The form of matrices in blocks of 8-bit numbers, for ONNX Runtime's MatMulNBits. */

import { blockSize, quantizeBlocks } from './quantized-blocks.js'
import { bytesOf, checkScales, scaleName, type WeightForm } from './weight-form.js'

/** Shapes of a quantised matrix [to, from]. */
export function blockShapes([to, from]: readonly number[]) {
  const blocks = Math.ceil(from! / blockSize)
  return { values: [to!, blocks, blockSize], scales: [to! * blocks] }
}

export const eightBitBlocks: WeightForm = {
  entries(name, shape) {
    const { values, scales } = blockShapes(shape)
    return [
      { name, dtype: 'U8', shape: values },
      { name: scaleName(name), dtype: 'F32', shape: scales },
    ]
  },
  createPacker(shape, what) {
    const width = shape[1]!
    const allScales: Uint8Array<ArrayBuffer>[] = []
    return {
      add(rows) {
        const blocks = (rows.length / width) * Math.ceil(width / blockSize)
        const values = new Uint8Array(blocks * blockSize)
        const scales = new Float32Array(blocks)
        quantizeBlocks(rows, width, { values, scales })
        checkScales(scales, what)
        allScales.push(bytesOf(scales))
        return values
      },
      finish: () => allScales,
    }
  },
}
