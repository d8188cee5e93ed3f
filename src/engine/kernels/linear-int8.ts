/**
 * Linear layers with 8-bit weights: C = activation(A W^T * scales + bias) + residual.
 *
 * Activations are 16-bit numbers with a scale for each row, weights are 8-bit numbers with a scale for each output. The
 * product is the 16-bit dot product of plain SIMD, so that the sums are exact and equal on every processor. The
 * arithmetic after it does not use a fused multiply-add, and is therefore equal too.
 */

import { doWhile, f32x4, i32, i32x4, v128 } from '../wasm/code.js'
import { callAt, type ModuleBuilder, type Parameters } from '../wasm/module.js'
import { forTiles } from './blocks.js'
import { type EpilogueKernels, finishTile, outputParameters } from './epilogue.js'
import { panelRowBytes, panelWidth } from './tile.js'

/**
 * 4 rows x 8 columns: 8 registers hold sums, 2 weights, 1 activations, 1 a product. It reached 57 GFLOP/s on a Xeon with
 * AVX-512 in V8 11.3; 3 x 12 reached 53, 5 x 8 and 6 x 8 48, and unrolling over k cost a fifth.
 */
const tileRows = 4

/** Number of bytes of the weights of a panel for one pair of inputs. */
const pairBytes = 2 * panelWidth

const tileParameters = {
  /** int16 rows, `lda` bytes apart. After its numbers, each row has its scale, a float32. */
  a: 'i32',
  lda: 'i32',
  /** int8 [pairs][8][2]: the weights of two inputs for each of 8 outputs. */
  b: 'i32',
  pairs: 'i32',
  /** Scale of each output, and its bias: 8 float32. */
  scales: 'i32',
  bias: 'i32',
  c: 'i32',
  ldc: 'i32',
} as const satisfies Parameters

function defineTile(module: ModuleBuilder, rowCount: number) {
  return module.define(tileParameters, ({ a, lda, b, pairs, scales, bias, c, ldc }, scope) => {
    const rows = [a, ...Array.from({ length: rowCount - 1 }, scope.i32)]
    const sums = rows.map(() => [scope.v128(), scope.v128()])
    const weights = [scope.v128(), scope.v128()]
    const pair = scope.v128()
    const scale = (j: number) => f32x4.mul(pair, v128.load(scales, 16 * j))
    return [
      rows.slice(1).map((row, i) => row.set(i32.add(rows[i]!, lda))),
      doWhile(
        [
          weights.map((weight, j) => weight.set(v128.loadInt8(b, 8 * j))),
          b.set(i32.add(b, pairBytes)),
          sums.map((row, i) => [
            pair.set(v128.loadSplat(rows[i]!)),
            row.map((sum, j) => sum.set(i32x4.add(i32x4.dot(pair, weights[j]!), sum))),
          ]),
          rows.map((row) => row.set(i32.add(row, 4))),
          pairs.set(i32.sub(pairs, 1)),
        ],
        pairs,
      ),
      sums.map((row, i) => [
        pair.set(v128.loadSplat(rows[i]!)), // the scale, behind the last pair
        row.map((sum, j) =>
          v128.store(c, f32x4.add(f32x4.mul(f32x4.fromInt(sum), scale(j)), v128.load(bias, 16 * j)), 16 * j),
        ),
        c.set(i32.add(c, ldc)),
      ]),
    ]
  })
}

export function defineInt8Linear(module: ModuleBuilder, kernels: EpilogueKernels) {
  const tiles = Array.from({ length: tileRows }, (_, index) => defineTile(module, index + 1))
  return module.define(
    {
      /** The first row: int16 and the scale, as `quantize` writes them, `lda` bytes apart. */
      a: 'i32',
      lda: 'i32',
      rows: 'i32',
      /** Number of pairs of inputs. An odd number of inputs is filled up with a weight 0. */
      pairs: 'i32',
      /** The first panel. */
      b: 'i32',
      scales: 'i32',
      panels: 'i32',
      ...outputParameters,
    },
    ({ a, lda, rows, pairs, b, scales, panels, ...output }, scope) => {
      const { bias, c, ldc } = output
      const at = scope.i32()
      return forTiles(
        scope,
        { rows, panels, tileRows, rowBytes: i32.mul(pairs, 4) },
        ({ row, count, panel }) => {
          const column = i32.mul(panel, panelRowBytes)
          return [
            at.set(i32.add(i32.add(c, i32.mul(row, ldc)), column)),
            callAt(tiles, i32.sub(count, 1), {
              a: i32.add(a, i32.mul(row, lda)),
              lda,
              b: i32.add(b, i32.mul(i32.mul(panel, pairBytes), pairs)),
              pairs,
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
