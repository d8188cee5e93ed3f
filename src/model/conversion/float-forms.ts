/** Parameters kept as floats, of 32 or 16 bits. */

import { narrowFloat16 } from './half-floats.js'
import { bytesOf, type WeightForm } from './weight-form.js'

export const float32: WeightForm = {
  entries: (name, shape) => [{ name, dtype: 'F32', shape }],
  createPacker: () => ({ add: (rows) => bytesOf(new Float32Array(rows)), finish: () => [] }),
}

export const float16: WeightForm = {
  entries: (name, shape) => [{ name, dtype: 'F16', shape }],
  createPacker: () => ({
    add(rows) {
      const bits = new Uint16Array(rows.length)
      narrowFloat16(rows, bits)
      return bytesOf(bits)
    },
    finish: () => [],
  }),
}
