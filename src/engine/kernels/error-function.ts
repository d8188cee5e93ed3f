/** erf(x) of four float32, with an absolute error below 1e-7. */

import { f32x4, type Local, v128 } from '../wasm/code.js'
import type { Scope } from '../wasm/module.js'
import { type Arithmetic, type Computation, polynomial } from './arithmetic.js'
import { exponential } from './exponential.js'

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

export function errorFunction(scope: Scope, arithmetic: Arithmetic, x: Local<'v128'>): Computation {
  const [size, square, small] = [scope.v128(), scope.v128(), scope.v128()]
  const { abs, less, min, mul, sub } = f32x4
  const { and, or, select } = v128
  const splat = (value: number) => scope.constant(f32x4.splat(value))
  const one = splat(1)
  const tail = exponential(scope, arithmetic, polynomial(scope, arithmetic, { coefficients: far, x: size }))
  return {
    before: [
      square.set(mul(x, x)),
      small.set(
        arithmetic.multiplyAdd(x, polynomial(scope, arithmetic, { coefficients: near, x: square }), x),
      ),
      size.set(min(splat(4), abs(x))),
      tail.before,
    ],
    value: select(less(size, one), small, or(sub(one, tail.value), and(x, splat(-0)))),
  }
}
