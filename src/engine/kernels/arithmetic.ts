/** The two kinds of vector arithmetic: with a fused multiply-add (relaxed SIMD), and without. */

import { type Code, f32x4, type V128 } from '../wasm/code.js'
import type { Scope } from '../wasm/module.js'

/**
 * 1.5 * 2^23. Adding it rounds a small number to a whole number, which the lowest bits of the sum then hold: these bits are
 * those of `rounder` plus the whole number. The instructions that round and convert are 8 more on x86, in V8.
 */
export const rounder = 12_582_912

/** A value, and the code that must run before it. */
export interface Computation {
  readonly before: Code
  readonly value: V128
}

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
export function polynomial(
  scope: Scope,
  { multiplyAdd }: Arithmetic,
  { coefficients, x }: { readonly coefficients: readonly number[]; readonly x: V128 },
): V128 {
  return coefficients
    .map((coefficient) => scope.constant(f32x4.splat(coefficient)))
    .reduceRight((sum, coefficient) => multiplyAdd(sum, x, coefficient))
}
