/** exp(x) of four float32, with a relative error below 1.2e-7. */

import { type Code, f32x4, i32x4, type Local, type V128 } from '../wasm/code.js'
import type { Scope } from '../wasm/module.js'
import { type Arithmetic, polynomial } from './arithmetic.js'

/** (exp(r) - 1 - r) / r^2 for |r| <= ln 2 / 2; from scripts/engine/fit_polynomials.py. */
const coefficients = [
  0.4999999403953552, 0.1666652113199234, 0.04166838899254799, 0.008368716575205326, 0.001381459878757596,
]

/** ln 2 in two parts. The first has few bits, so that its products with whole numbers up to 127 are exact. */
const [ln2High, ln2Low] = [0.693359375, -2.1219444e-4]

/**
 * 1.5 * 2^23. Adding it rounds a small number to a whole number, which the lowest bits of the sum then hold. Rounding and
 * converting by instructions takes 8 more of them on x86.
 */
const rounder = 12_582_912

/**
 * exp(x) = 2^n exp(r), with a whole number n and |r| <= ln 2 / 2. Smaller numbers than -87 count as -87, whose
 * exponential, 1.6e-38, is nearly 0; x is at most 88.
 */
export function createExponential(scope: Scope, arithmetic: Arithmetic) {
  const rounded = scope.v128()
  const n = scope.v128()
  const r = scope.v128()
  return (x: Local<'v128'>): { readonly before: Code; readonly value: V128 } => {
    const { multiplyAdd } = arithmetic
    const quotient = polynomial(arithmetic, coefficients, r)
    const power = multiplyAdd(quotient, f32x4.mul(r, r), f32x4.add(r, f32x4.splat(1)))
    return {
      before: [
        r.set(f32x4.max(f32x4.splat(-87), x)),
        rounded.set(multiplyAdd(r, f32x4.splat(Math.LOG2E), f32x4.splat(rounder))),
        n.set(f32x4.sub(rounded, f32x4.splat(rounder))),
        r.set(multiplyAdd(n, f32x4.splat(-ln2High), r)),
        r.set(multiplyAdd(n, f32x4.splat(-ln2Low), r)),
      ],
      // Adds n to the exponent of exp(r). The other bits of `rounded` are shifted out.
      value: i32x4.add(power, i32x4.shiftLeft(rounded, 23)),
    }
  }
}
