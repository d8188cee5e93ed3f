/**
 * Linear layers with 8-bit weights: C = activation(A W^T * scales + bias) + residual.
 *
 * Activations are whole numbers with a scale for each row, weights are 8-bit numbers with a scale for each output. The sums
 * of the products are exact, and therefore equal on every processor (`int8-format.ts`). The arithmetic after it does
 * not use a fused multiply-add, and is equal too.
 */

import { panelRowBytes, panelWidth } from '../panels.js'
import { f32x4, i32, v128 } from '../wasm/code.js'
import { callAt, type ModuleBuilder, type Parameters } from '../wasm/module.js'
import { forTiles } from './blocks.js'
import { type EpilogueKernels, finishTile, outputParameters } from './epilogue.js'
import type { Int8Format } from './int8-format.js'

const tileParameters = {
  /** Rows of activations, `lda` bytes apart, each with its scale behind it, a float32. */
  a: 'i32',
  lda: 'i32',
  panel: 'i32',
  quads: 'i32',
  /** Scale of each output, and its bias: 8 float32. */
  scales: 'i32',
  bias: 'i32',
  c: 'i32',
  ldc: 'i32',
} as const satisfies Parameters

function defineTile(module: ModuleBuilder, format: Int8Format, rowCount: number) {
  return module.define(tileParameters, ({ a, lda, panel, quads, scales, bias, c, ldc }, scope) => {
    const rows = [a, ...Array.from({ length: rowCount - 1 }, scope.i32)]
    const sums = rows.map(() => [scope.v128(), scope.v128()])
    const rowScale = scope.v128()
    const scale = (j: number) => f32x4.mul(rowScale, v128.load(scales, 16 * j))
    return [
      rows.slice(1).map((row, i) => row.set(i32.add(rows[i]!, lda))),
      format.sumProducts(scope, { rows, panel, quads, sums }),
      sums.map((row, i) => [
        rowScale.set(v128.loadSplat(rows[i]!)),
        row.map((sum, j) =>
          v128.store(c, f32x4.add(f32x4.mul(f32x4.fromInt(sum), scale(j)), v128.load(bias, 16 * j)), 16 * j),
        ),
        c.set(i32.add(c, ldc)),
      ]),
    ]
  })
}

export function defineInt8Linear(module: ModuleBuilder, format: Int8Format, kernels: EpilogueKernels) {
  const { tileRows } = format
  const tiles = Array.from({ length: tileRows }, (_, index) => defineTile(module, format, index + 1))
  return module.define(
    {
      /** The first row, as `quantize` writes it, `lda` bytes apart. */
      a: 'i32',
      lda: 'i32',
      rows: 'i32',
      quads: 'i32',
      /** The first panel. */
      b: 'i32',
      scales: 'i32',
      panels: 'i32',
      ...outputParameters,
    },
    ({ a, lda, rows, quads, b, scales, panels, ...output }, scope) => {
      const { bias, c, ldc } = output
      const at = scope.i32()
      const panelBytes = i32.add(i32.mul(quads, 4 * panelWidth), panelRowBytes)
      return forTiles(
        scope,
        { rows, panels, tileRows, rowBytes: i32.mul(quads, 8) },
        ({ row, count, panel }) => {
          const column = i32.mul(panel, panelRowBytes)
          return [
            at.set(i32.add(i32.add(c, i32.mul(row, ldc)), column)),
            callAt(tiles, i32.sub(count, 1), {
              a: i32.add(a, i32.mul(row, lda)),
              lda,
              panel: i32.add(b, i32.mul(panel, panelBytes)),
              quads,
              scales: i32.add(scales, column),
              bias: i32.add(bias, column),
              c: at,
              ldc,
            }),
            finishTile(scope, kernels, output, { at, row, count, column }),
          ]
        },
      )
    },
    'linear_int8',
  )
}
