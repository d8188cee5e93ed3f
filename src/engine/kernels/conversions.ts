/** Converts weights as they lie in files to float32, and finds values that are not finite. */

import { f32x4, forRange, i32, i32x4, store32, v128 } from '../wasm/code.js'
import type { ModuleBuilder } from '../wasm/module.js'

const parameters = {
  /** 16-bit numbers. 6 bytes behind the last one may be read. */
  x: 'i32',
  count: 'i32',
  /** float32. 12 bytes behind the last one may be written. */
  y: 'i32',
} as const

/** `widen_bfloat16`: a bfloat16 is the upper half of a float32. */
export function defineWidenBfloat16(module: ModuleBuilder) {
  return module.define(
    parameters,
    ({ x, count, y }, scope) => {
      const i = scope.i32()
      return forRange(i, { end: count, step: 4 }, [
        v128.store(y, i32x4.shiftLeft(v128.loadUint16(x), 16)),
        x.set(i32.add(x, 8)),
        y.set(i32.add(y, 16)),
      ])
    },
    'widen_bfloat16',
  )
}

/**
 * `widen_float16`. The bits of exponent and fraction, shifted to those of float32, are the number times 2^-112, also
 * for subnormal numbers. Infinity and NaN, whose exponent has all bits set, keep such an exponent.
 */
export function defineWidenFloat16(module: ModuleBuilder) {
  return module.define(
    parameters,
    ({ x, count, y }, scope) => {
      const [i, bits, magnitude] = [scope.i32(), scope.v128(), scope.v128()]
      const splat = (value: number) => i32x4.splat(value)
      const infinite = i32x4.greater(magnitude, splat(0x7bff))
      return forRange(i, { end: count, step: 4 }, [
        bits.set(v128.loadUint16(x)),
        magnitude.set(v128.and(bits, splat(0x7fff))),
        v128.store(
          y,
          v128.or(
            v128.or(
              f32x4.mul(i32x4.shiftLeft(magnitude, 13), f32x4.splat(2 ** 112)),
              v128.and(infinite, splat(0x7f800000)),
            ),
            i32x4.shiftLeft(v128.and(bits, splat(0x8000)), 16),
          ),
        ),
        x.set(i32.add(x, 8)),
        y.set(i32.add(y, 16)),
      ])
    },
    'widen_float16',
  )
}

/** `has_infinite`: writes 1 to `result` if a float32 is NaN or infinite, else 0. */
export function defineHasInfinite(module: ModuleBuilder) {
  return module.define(
    { x: 'i32', count: 'i32', result: 'i32' },
    ({ x, count, result }, scope) => {
      const [end, found] = [scope.i32(), scope.v128()]
      const exponent = i32x4.splat(0x7f800000)
      const full = i32.shiftLeft(i32.and(count, -4), 2)
      const check = (value: typeof found) =>
        found.set(v128.or(found, i32x4.equal(v128.and(value, exponent), exponent)))
      const value = scope.v128()
      return [
        end.set(i32.add(x, full)),
        forRange(x, { start: x, end, step: 16 }, [value.set(v128.load(x)), check(value)]),
        end.set(i32.add(x, i32.shiftLeft(i32.and(count, 3), 2))),
        forRange(x, { start: x, end, step: 4 }, [value.set(v128.loadSplat(x)), check(value)]),
        store32(result, v128.anyTrue(found)),
      ]
    },
    'has_infinite',
  )
}
