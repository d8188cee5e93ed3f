/**
 * The innermost loop of every float32 matrix product: a tile of up to 6 rows times 8 columns.
 *
 *     c[i][j] = bias[j] + sum over k of a[i][k] * b[k][j]
 *
 * The sums stay in registers: 6 x 8 float32 are 12 of the 16 vector registers of x86, a row of b takes 2, and one value
 * of a, repeated, takes 1. Each term loads 8 values of b and 6 of a, and multiplies 48 times. This reaches
 * the peak of 128-bit vectors: 44.8 of 45 GFLOP/s on a Xeon with AVX-512 in V8 13.6. More rows spill registers, 4 rows
 * reach 40, and packing a gained nothing. Without a fused multiply-add, each product needs one more
 * register, and 5 rows are the limit.
 */

import { f32x4, forRange, i32, v128, when } from '../wasm/code.js'
import type { ModuleBuilder, Parameters, WasmFunction } from '../wasm/module.js'
import type { Arithmetic } from './arithmetic.js'

/**
 * Terms of each sum that a turn of the loop adds. Four need a pointer increment and a comparison once: 1 to 2 % faster than
 * one from 16 rows on, and 7 % with 6 rows, where more of the next weights can be on their way from memory.
 */
const termsPerTurn = 4

const tileParameters = {
  /** float32 rows, `lda` bytes apart. */
  a: 'i32',
  lda: 'i32',
  /** Rows of 8 float32, `ldb` bytes apart. */
  b: 'i32',
  ldb: 'i32',
  /** Number of terms of each sum, at least 1. */
  k: 'i32',
  /** 8 float32, the start of the sums; 0 starts at 0. */
  bias: 'i32',
  /** The result: rows of 8 float32, `ldc` bytes apart. */
  c: 'i32',
  ldc: 'i32',
} as const satisfies Parameters

/** The tile function for each number of rows, from 1 on. */
export type Tiles = readonly WasmFunction<typeof tileParameters>[]

export function defineTiles(module: ModuleBuilder, arithmetic: Arithmetic): Tiles {
  return Array.from({ length: arithmetic.tileRows }, (_, index) => defineTile(module, arithmetic, index + 1))
}

function defineTile(module: ModuleBuilder, { multiplyAdd }: Arithmetic, rowCount: number) {
  return module.define(tileParameters, ({ a, lda, b, ldb, k, bias, c, ldc }, scope) => {
    const rows = [a, ...Array.from({ length: rowCount - 1 }, scope.i32)]
    const sums = rows.map(() => [scope.v128(), scope.v128()])
    const columns = [scope.v128(), scope.v128()]
    const value = scope.v128()
    const turn = scope.i32()
    const multiply = (term: number) => [
      columns.map((column, j) => column.set(v128.load(b, 16 * j))),
      b.set(i32.add(b, ldb)),
      sums.map((row, i) => [
        value.set(v128.loadSplat(rows[i]!, 4 * term)),
        row.map((sum, j) => sum.set(multiplyAdd(value, columns[j]!, sum))),
      ]),
    ]
    return [
      rows.slice(1).map((row, i) => row.set(i32.add(rows[i]!, lda))),
      columns.map((column, j) => when(bias, column.set(v128.load(bias, 16 * j)), column.set(f32x4.splat(0)))),
      sums.map((row) => row.map((sum, j) => sum.set(columns[j]!))),
      forRange(turn, { end: i32.and(k, -termsPerTurn), step: termsPerTurn }, [
        Array.from({ length: termsPerTurn }, (_, term) => multiply(term)),
        rows.map((row) => row.set(i32.add(row, 4 * termsPerTurn))),
      ]),
      forRange(turn, { start: i32.and(k, -termsPerTurn), end: k }, [
        multiply(0),
        rows.map((row) => row.set(i32.add(row, 4))),
      ]),
      sums.map((row) => [row.map((sum, j) => v128.store(c, sum, 16 * j)), c.set(i32.add(c, ldc))]),
    ]
  })
}
