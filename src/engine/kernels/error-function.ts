/** erf(x) of four float32, with an absolute error below 1e-7. */

import { f32x4, type Local, v128 } from '../wasm/code.js'
import type { Scope } from '../wasm/module.js'
import { type Arithmetic, type Computation, polynomial } from './arithmetic.js'

// Both from scripts/engine/fit_polynomials.py.

/** erf(x) / x - 1 in powers of x^2, for |x| < 1. */
const near = [
  0.12837912142276764, -0.3761235475540161, 0.112804114818573, -0.02671770751476288, 0.004924789536744356,
  -0.0005660156020894647,
]

/**
 * The fourth root of 1 - erf(x) in powers of x - 2, for 1 <= x <= 3.9. Beyond, erf(x) differs from 1 by less than 4e-8. The
 * root is easier to approximate, and its fourth power costs two multiplications: exp(-x^2) would cost 14 instructions.
 */
const far = [
  0.2615223228931427, -0.2888616621494293, 0.09913935512304306, 0.006901465356349945, -0.012249056249856949,
  0.0015326180728152394, 0.0007731663063168526, -0.00017856260819826275, -2.2410822566598654e-5,
]

export function errorFunction(scope: Scope, arithmetic: Arithmetic, x: Local<'v128'>): Computation {
  const [size, square, small, power] = [scope.v128(), scope.v128(), scope.v128(), scope.v128()]
  const { abs, less, min, mul, sub } = f32x4
  const { and, or, select } = v128
  const splat = (value: number) => scope.constant(f32x4.splat(value))
  const one = splat(1)
  const two = splat(2)
  const shifted = scope.v128()
  const values = polynomial(scope, arithmetic, { coefficients: near, x: square })
  return {
    before: [
      square.set(mul(x, x)),
      small.set(arithmetic.multiplyAdd(x, values, x)),
      size.set(min(splat(3.9), abs(x))),
      shifted.set(sub(size, two)),
      power.set(polynomial(scope, arithmetic, { coefficients: far, x: shifted })),
      power.set(mul(power, power)),
      power.set(mul(power, power)),
    ],
    value: select(less(size, one), small, or(sub(one, power), and(x, splat(-0)))),
  }
}
