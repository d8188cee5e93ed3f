/** The forms of parameters as 8-bit numbers, with a scale for each output of a matrix or row of a table. */

import type { SafetensorsEntry } from '../safetensors/safetensors-writer.js'
import { type GainedNorm, quantizeBalancedRows } from './balanced-rows.js'
import {
  type QuantizedRows,
  quantizeMatrixRows,
  quantizeProductRows,
  quantizeTableRows,
} from './quantized-rows.js'
import { bytesOf, checkScales, offsetName, scaleName, type WeightForm } from './weight-form.js'

/** A matrix: [to, from] -> [from, to], as MatMulInteger takes its right side, and a scale for each output. */
export const int8Matrix: WeightForm = {
  entries(name, shape) {
    const [to, from] = shape as [number, number]
    return int8Entries(name, { values: [from, to], scales: to })
  },
  createPacker(shape, what) {
    const [to, from] = shape as [number, number]
    const all = { values: new Int8Array(from * to), scales: new Float32Array(to) }
    let column = 0
    return {
      add(rows) {
        const count = rows.length / from
        const scales = all.scales.subarray(column, column + count)
        quantizeMatrixRows(rows, { values: all.values, scales }, { column, columns: to })
        checkScales(scales, what)
        column += count
        return undefined
      },
      finish: () => [bytesOf(all.values), bytesOf(all.scales)],
    }
  },
}

/** A matrix that multiplies the output of a LayerNorm: as above, and the sum of each column is 0. */
export function balancedInt8Matrix(norm: () => GainedNorm): WeightForm {
  return {
    entries: (name, shape) => [
      ...int8Matrix.entries(name, shape),
      { name: offsetName(name), dtype: 'F32', shape: [shape[0]!] },
    ],
    createPacker(shape, what) {
      const [to, from] = shape as [number, number]
      const all = {
        values: new Int8Array(from * to),
        scales: new Float32Array(to),
        offsets: new Float32Array(to),
      }
      let column = 0
      return {
        add(rows) {
          const end = column + rows.length / from
          const scales = all.scales.subarray(column, end)
          const offsets = all.offsets.subarray(column, end)
          quantizeBalancedRows(rows, norm(), { values: all.values, scales, offsets }, { column, columns: to })
          checkScales(scales, what)
          checkScales(offsets, what)
          column = end
          return undefined
        },
        finish: () => [bytesOf(all.values), bytesOf(all.scales), bytesOf(all.offsets)],
      }
    },
  }
}

/** A table, in its own shape, and a scale for each row. */
export const int8Table: WeightForm = rowsForm(quantizeTableRows)

/** A matrix for products with activations of 13 bits or more: in its own shape, and a scale for each row. */
export const int8Rows: WeightForm = rowsForm(quantizeProductRows)

function rowsForm(quantize: (rows: Float32Array, into: QuantizedRows) => void): WeightForm {
  return {
    entries: (name, shape) => int8Entries(name, { values: shape, scales: shape[0]! }),
    createPacker(shape, what) {
      const [rowCount, width] = shape as [number, number]
      const allScales = new Float32Array(rowCount)
      let row = 0
      return {
        add(rows) {
          const count = rows.length / width
          const scales = allScales.subarray(row, row + count)
          const values = new Int8Array(rows.length)
          quantize(rows, { values, scales })
          checkScales(scales, what)
          row += count
          return bytesOf(values)
        },
        finish: () => [bytesOf(allScales)],
      }
    },
  }
}

function int8Entries(
  name: string,
  shapes: { readonly values: readonly number[]; readonly scales: number },
): readonly SafetensorsEntry[] {
  return [
    { name, dtype: 'I8', shape: shapes.values },
    { name: scaleName(name), dtype: 'F32', shape: [shapes.scales] },
  ]
}
