/** Layer normalisation (https://arxiv.org/abs/1607.06450): y = (x - mean) / sqrt(variance + epsilon) * weight + bias. */

import { f32, f32x4, float, i32, v128 } from '../wasm/code.js'
import type { ModuleBuilder } from '../wasm/module.js'
import type { Arithmetic } from './arithmetic.js'
import { forColumns, forRows, sumOfLanes } from './rows.js'

/** `y` may be `x`. Columns beyond `width`, up to a multiple of 4, become 0. */
export function defineLayerNorm(module: ModuleBuilder, { multiplyAdd }: Arithmetic) {
  return module.define(
    {
      x: 'i32',
      ldx: 'i32',
      rows: 'i32',
      width: 'i32',
      /** float32 [width], padded with zeros to a multiple of 4. */
      weight: 'i32',
      bias: 'i32',
      epsilon: 'f32',
      y: 'i32',
      ldy: 'i32',
    },
    ({ x, ldx, rows, width, weight, bias, epsilon, y, ldy }, scope) => {
      const [sum, mean, centered, factor] = [scope.v128(), scope.v128(), scope.v128(), scope.v128()]
      const count = f32.fromInt(width)
      const total = sumOfLanes(sum)
      return forRows(
        scope,
        rows,
        [
          [x, ldx],
          [y, ldy],
        ],
        [
          sum.set(f32x4.splat(0)),
          forColumns(scope, width, (column, keep) =>
            sum.set(f32x4.add(sum, keep(v128.load(i32.add(x, column))))),
          ),
          total.before,
          mean.set(f32x4.splat(f32.div(total.sum, count))),
          sum.set(f32x4.splat(0)),
          forColumns(scope, width, (column, keep) => [
            centered.set(keep(f32x4.sub(v128.load(i32.add(x, column)), mean))),
            sum.set(multiplyAdd(centered, centered, sum)),
          ]),
          total.before,
          factor.set(f32x4.splat(f32.div(float(1), f32.sqrt(f32.add(f32.div(total.sum, count), epsilon))))),
          forColumns(scope, width, (column, keep) => [
            centered.set(f32x4.mul(f32x4.sub(v128.load(i32.add(x, column)), mean), factor)),
            v128.store(
              i32.add(y, column),
              keep(
                multiplyAdd(centered, v128.load(i32.add(weight, column)), v128.load(i32.add(bias, column))),
              ),
            ),
          ]),
        ],
      )
    },
    'layer_norm',
  )
}
