/** exp(x) of four float32, with a relative error below 1.2e-7. */

import { f32x4, i32x4, type V128 } from '../wasm/code.js'
import type { Scope } from '../wasm/module.js'
import { type Arithmetic, type Computation, polynomial, rounder } from './arithmetic.js'

/** (exp(r) - 1 - r) / r^2 for |r| <= ln 2 / 2; from scripts/engine/fit_polynomials.py. */
const coefficients = [
  0.4999999403953552, 0.1666652113199234, 0.04166838899254799, 0.008368716575205326, 0.001381459878757596,
]

/** ln 2 in two parts. The first has few bits, so that its products with whole numbers up to 127 are exact. */
const [ln2High, ln2Low] = [0.693359375, -2.1219444e-4]

/**
 * exp(x) = 2^n exp(r), with a whole number n and |r| <= ln 2 / 2. Smaller numbers than -87 count as -87, whose
 * exponential, 1.6e-38, is nearly 0; x is at most 88.
 */
export function exponential(scope: Scope, arithmetic: Arithmetic, x: V128): Computation {
  const [rounded, n, r] = [scope.v128(), scope.v128(), scope.v128()]
  const { multiplyAdd } = arithmetic
  const { add, max, mul, sub } = f32x4
  const splat = (value: number) => scope.constant(f32x4.splat(value))
  const magic = splat(rounder)
  const quotient = polynomial(scope, arithmetic, { coefficients, x: r })
  return {
    before: [
      r.set(max(splat(-87), x)),
      rounded.set(multiplyAdd(r, splat(Math.LOG2E), magic)),
      n.set(sub(rounded, magic)),
      r.set(multiplyAdd(n, splat(-ln2High), r)),
      r.set(multiplyAdd(n, splat(-ln2Low), r)),
    ],
    // Adds n to the exponent of exp(r). The other bits of `rounded` are shifted out.
    value: i32x4.add(multiplyAdd(quotient, mul(r, r), add(r, splat(1))), i32x4.shiftLeft(rounded, 23)),
  }
}
