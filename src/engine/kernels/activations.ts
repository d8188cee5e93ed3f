/** The activation functions, in place, over rows of float32. */

import { type ActivationKernel, activationKernels } from '../activation-kernels.js'
import { type Code, f32x4, forRange, i32, type Local, type V128, v128, when } from '../wasm/code.js'
import type { ModuleBuilder, Scope } from '../wasm/module.js'
import type { Arithmetic } from './arithmetic.js'
import { createErrorFunction } from './error-function.js'
import { createExponential } from './exponential.js'
import { forRows } from './rows.js'

/** `activate`: applies a function to rows of vectors, `stride` bytes apart; `width` is in bytes, a multiple of 16. */
export function defineActivation(module: ModuleBuilder, arithmetic: Arithmetic) {
  return module.define(
    { kind: 'i32', x: 'i32', stride: 'i32', rows: 'i32', width: 'i32' },
    ({ kind, x, stride, rows, width }, scope) => {
      const functions = createFunctions(scope, arithmetic)
      const column = scope.i32()
      const value = scope.v128()
      const at = i32.add(x, column)
      return Object.entries(functions).map(([name, apply]) => {
        const { before, value: result } = apply(value)
        return when(
          i32.equal(kind, activationKernels.indexOf(name as ActivationKernel)),
          forRows(
            scope,
            rows,
            [[x, stride]],
            [
              forRange(column, { end: width, step: 16 }, [
                value.set(v128.load(at)),
                before,
                v128.store(at, result),
              ]),
            ],
          ),
        )
      })
    },
    'activate',
  )
}

interface Computation {
  readonly before: Code
  readonly value: V128
}

function createFunctions(
  scope: Scope,
  arithmetic: Arithmetic,
): Readonly<Record<Exclude<ActivationKernel, 'none'>, (x: Local<'v128'>) => Computation>> {
  const { add, div, max, min, mul, splat, sub } = f32x4
  const exponential = createExponential(scope, arithmetic)
  const errorFunction = createErrorFunction(scope, arithmetic)
  const u = scope.v128()
  const half = splat(0.5)
  const one = splat(1)
  const two = splat(2)
  /** 1 / (1 + exp(-z)) */
  function sigmoid(z: V128): Computation {
    const { before, value } = exponential(u)
    return { before: [u.set(min(f32x4.neg(z), splat(87))), before], value: div(one, add(one, value)) }
  }
  const map = ({ before, value }: Computation, apply: (value: V128) => V128): Computation => ({
    before,
    value: apply(value),
  })
  const pure = (value: V128): Computation => ({ before: [], value })
  /** x Phi(x), https://arxiv.org/abs/1606.08415 */
  function gelu(x: Local<'v128'>): Computation {
    const { before, value } = errorFunction(u)
    return {
      before: [u.set(mul(x, splat(Math.SQRT1_2))), before],
      value: mul(mul(x, half), add(value, one)),
    }
  }
  const cube = (x: V128) => mul(mul(x, x), x)
  return {
    gelu,
    gelu10: (x) => map(gelu(x), (value) => min(splat(10), max(splat(-10), value))),
    // 0.5 x (1 + tanh(z)) = x sigmoid(2 z)
    geluTanh: (x) =>
      map(sigmoid(mul(splat(2 * Math.sqrt(2 / Math.PI)), add(x, mul(splat(0.044715), cube(x))))), (value) =>
        mul(x, value),
      ),
    quickGelu: (x) => map(sigmoid(mul(x, splat(1.702))), (value) => mul(x, value)),
    relu: (x) => pure(max(splat(0), x)),
    relu2: (x) => pure(mul(max(splat(0), x), max(splat(0), x))),
    relu6: (x) => pure(min(splat(6), max(splat(0), x))),
    leakyRelu: (x) => pure(max(mul(x, splat(0.01)), x)),
    silu: (x) => map(sigmoid(x), (value) => mul(x, value)),
    // x tanh(log(1 + e)) = x w / (w + 2), w = e (e + 2), e = exp(x). Beyond 20 the quotient is 1.
    mish(x) {
      const { before, value } = exponential(u)
      return {
        before: [u.set(min(x, splat(20))), before, u.set(value), u.set(mul(u, add(u, two)))],
        value: mul(x, div(u, add(u, two))),
      }
    },
    tanh: (x) => map(sigmoid(mul(x, two)), (value) => sub(mul(value, two), one)),
    sigmoid,
  }
}
