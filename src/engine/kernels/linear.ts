/**
 * Linear layers in float32: C = activation(A W^T + bias) + residual.
 *
 * W lies in panels of 8 outputs (`packing.ts`), which a tile reads from front to back.
 */

import { panelRowBytes } from '../panels.js'
import { i32 } from '../wasm/code.js'
import { callAt, type ModuleBuilder } from '../wasm/module.js'
import type { Arithmetic } from './arithmetic.js'
import { forTiles } from './blocks.js'
import { type EpilogueKernels, finishTile, outputParameters } from './epilogue.js'
import type { Tiles } from './tile.js'

export function defineLinear(
  module: ModuleBuilder,
  { tileRows }: Arithmetic,
  kernels: EpilogueKernels & { readonly tiles: Tiles },
) {
  return module.define(
    {
      /** The first row: float32, `lda` bytes apart. */
      a: 'i32',
      lda: 'i32',
      rows: 'i32',
      /** Number of inputs. */
      k: 'i32',
      /** The first panel: [k][8] float32. */
      b: 'i32',
      panels: 'i32',
      ...outputParameters,
    },
    ({ a, lda, rows, k, b, panels, ...output }, scope) => {
      const { bias, c, ldc } = output
      const at = scope.i32()
      return forTiles(scope, { rows, panels, tileRows, rowBytes: i32.mul(k, 4) }, ({ row, count, panel }) => {
        const column = i32.mul(panel, panelRowBytes)
        return [
          at.set(i32.add(i32.add(c, i32.mul(row, ldc)), column)),
          callAt(kernels.tiles, i32.sub(count, 1), {
            a: i32.add(a, i32.mul(row, lda)),
            lda,
            b: i32.add(b, i32.mul(column, k)),
            ldb: panelRowBytes,
            k,
            bias: i32.add(bias, column),
            c: at,
            ldc,
          }),
          finishTile(scope, kernels, output, { at, row, count, column }),
        ]
      })
    },
    'linear',
  )
}
