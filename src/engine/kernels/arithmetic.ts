/** The two kinds of vector arithmetic: with a fused multiply-add (relaxed SIMD), and without. */

import { f32x4, type V128 } from '../wasm/code.js'

export interface Arithmetic {
  /** a * b + c, rounded once or twice. */
  multiplyAdd(a: V128, b: V128, c: V128): V128
  /** Number of rows of the largest matrix tile whose sums fit into registers, see `tile.ts`. */
  readonly tileRows: number
}

/** Chromium 114, Firefox 145, Node 22 and Deno have relaxed SIMD. Elsewhere the whole module would be invalid. */
export const relaxedArithmetic: Arithmetic = { multiplyAdd: f32x4.relaxedMultiplyAdd, tileRows: 6 }

export const plainArithmetic: Arithmetic = {
  multiplyAdd: (a, b, c) => f32x4.add(f32x4.mul(a, b), c),
  tileRows: 5,
}

/** A polynomial by Horner's rule; coefficients from the constant term on. */
export function polynomial({ multiplyAdd }: Arithmetic, coefficients: readonly number[], x: V128): V128 {
  return coefficients
    .slice(0, -1)
    .reduceRight(
      (sum, coefficient) => multiplyAdd(sum, x, f32x4.splat(coefficient)),
      f32x4.splat(coefficients.at(-1)!),
    )
}
