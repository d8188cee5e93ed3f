/** The activation functions, in place, over rows of float32. */

import { type ActivationKernel, activationKernels } from '../activation-kernels.js'
import { f32x4, forRange, i32, type Local, type V128, v128 } from '../wasm/code.js'
import { callAt, type ModuleBuilder, type Scope } from '../wasm/module.js'
import type { Arithmetic, Computation } from './arithmetic.js'
import { errorFunction } from './error-function.js'
import { exponential } from './exponential.js'
import { forRows } from './rows.js'

type Apply = (scope: Scope, arithmetic: Arithmetic, x: Local<'v128'>) => Computation

const { add, div, max, min, mul, neg, sub } = f32x4
const splat = (scope: Scope, value: number) => scope.constant(f32x4.splat(value))
const pure = (value: V128): Computation => ({ before: [], value })
const map = ({ before, value }: Computation, apply: (value: V128) => V128): Computation => ({
  before,
  value: apply(value),
})

/** 1 / (1 + exp(-z)) */
function sigmoid(scope: Scope, arithmetic: Arithmetic, z: V128): Computation {
  const one = splat(scope, 1)
  const power = exponential(scope, arithmetic, min(neg(z), splat(scope, 87)))
  return map(power, (value) => div(one, add(one, value)))
}

/** x Phi(x), https://arxiv.org/abs/1606.08415 */
const gelu: Apply = (scope, arithmetic, x) => {
  const u = scope.v128()
  const { before, value } = errorFunction(scope, arithmetic, u)
  return {
    before: [u.set(mul(x, splat(scope, Math.SQRT1_2))), before],
    value: mul(mul(x, splat(scope, 0.5)), add(value, splat(scope, 1))),
  }
}

const functions: Readonly<Record<Exclude<ActivationKernel, 'none'>, Apply>> = {
  gelu,
  gelu10: (scope, arithmetic, x) =>
    map(gelu(scope, arithmetic, x), (value) => min(splat(scope, 10), max(splat(scope, -10), value))),
  // 0.5 x (1 + tanh(z)) = x sigmoid(2 z)
  geluTanh(scope, arithmetic, x) {
    const cube = mul(mul(x, x), x)
    const z = mul(splat(scope, 2 * Math.sqrt(2 / Math.PI)), add(x, mul(splat(scope, 0.044715), cube)))
    return map(sigmoid(scope, arithmetic, z), (value) => mul(x, value))
  },
  quickGelu: (scope, arithmetic, x) =>
    map(sigmoid(scope, arithmetic, mul(x, splat(scope, 1.702))), (value) => mul(x, value)),
  relu: (_scope, _arithmetic, x) => pure(max(f32x4.splat(0), x)),
  relu2: (_scope, _arithmetic, x) => pure(mul(max(f32x4.splat(0), x), max(f32x4.splat(0), x))),
  relu6: (scope, _arithmetic, x) => pure(min(splat(scope, 6), max(f32x4.splat(0), x))),
  leakyRelu: (scope, _arithmetic, x) => pure(max(mul(x, splat(scope, 0.01)), x)),
  silu: (scope, arithmetic, x) => map(sigmoid(scope, arithmetic, x), (value) => mul(x, value)),
  // x tanh(log(1 + e)) = x w / (w + 2), w = e (e + 2), e = exp(x). Beyond 20 the quotient is 1.
  mish(scope, arithmetic, x) {
    const [e, w] = [scope.v128(), scope.v128()]
    const two = splat(scope, 2)
    const { before, value } = exponential(scope, arithmetic, min(x, splat(scope, 20)))
    return {
      before: [before, e.set(value), w.set(mul(e, add(e, two)))],
      value: mul(x, div(w, add(w, two))),
    }
  },
  tanh(scope, arithmetic, x) {
    const two = splat(scope, 2)
    return map(sigmoid(scope, arithmetic, mul(x, two)), (value) => sub(mul(value, two), splat(scope, 1)))
  },
  sigmoid,
}

const rowsParameters = { x: 'i32', stride: 'i32', rows: 'i32', width: 'i32' } as const

function defineFunction(module: ModuleBuilder, arithmetic: Arithmetic, apply: Apply) {
  return module.define(rowsParameters, ({ x, stride, rows, width }, scope) => {
    const [column, value] = [scope.i32(), scope.v128()]
    const at = i32.add(x, column)
    const result = apply(scope, arithmetic, value)
    const body = [value.set(v128.load(at)), result.before, v128.store(at, result.value)]
    return forRows(scope, rows, [[x, stride]], forRange(column, { end: width, step: 16 }, body))
  })
}

/**
 * `activate`: applies a function to rows of vectors, `stride` bytes apart; `width` is in bytes, a multiple of 16. `kind` is
 * not 0.
 */
export function defineActivation(module: ModuleBuilder, arithmetic: Arithmetic) {
  const [, ...names] = activationKernels
  const all = names.map((name) => defineFunction(module, arithmetic, functions[name]))
  return module.define(
    { kind: 'i32', ...rowsParameters },
    ({ kind, ...args }) => callAt(all, i32.sub(kind, 1), args),
    'activate',
  )
}
