/** erf(x) of four float32, with an absolute error below 1e-7. */

import { type Code, f32x4, type Local, type V128, v128 } from '../wasm/code.js'
import type { Scope } from '../wasm/module.js'
import { type Arithmetic, polynomial } from './arithmetic.js'
import { createExponential } from './exponential.js'

// Both from scripts/engine/fit_polynomials.py.

/** erf(x) / x - 1 in powers of x^2, for |x| < 1. */
const near = [
  0.12837912142276764, -0.3761235475540161, 0.112804114818573, -0.02671770751476288, 0.004924789536744356,
  -0.0005660156020894647,
]

/** log(1 - erf(x)) for 1 <= x <= 4. Beyond 4, erf(x) differs from 1 by less than 2e-8. */
const far = [
  0.00018803645798470825, -1.1295783519744873, -0.6332198977470398, -0.1084185466170311, 0.025208238512277603,
  -0.004204555414617062, 0.0004413351125549525, -2.1686748368665576e-5,
]

export function createErrorFunction(scope: Scope, arithmetic: Arithmetic) {
  const exponential = createExponential(scope, arithmetic)
  const size = scope.v128()
  const square = scope.v128()
  const small = scope.v128()
  const signs = v128.ints([-0x80000000, -0x80000000, -0x80000000, -0x80000000])
  return (x: Local<'v128'>): { readonly before: Code; readonly value: V128 } => {
    const tail = exponential(square)
    const large = f32x4.sub(f32x4.splat(1), tail.value)
    return {
      before: [
        square.set(f32x4.mul(x, x)),
        small.set(arithmetic.multiplyAdd(x, polynomial(arithmetic, near, square), x)),
        size.set(f32x4.min(f32x4.splat(4), f32x4.abs(x))),
        square.set(polynomial(arithmetic, far, size)),
        tail.before,
      ],
      value: v128.select(f32x4.less(size, f32x4.splat(1)), small, v128.or(large, v128.and(x, signs))),
    }
  }
}
