/** Pooling: weighted sums and maxima of the rows of a text. */

import { f32x4, forRange, i32, v128 } from '../wasm/code.js'
import type { ModuleBuilder } from '../wasm/module.js'
import type { Arithmetic } from './arithmetic.js'
import { forColumns } from './rows.js'

/** `weighted_sum`: y = the sum of the rows, each times its weight (float32). */
export function defineWeightedSum(module: ModuleBuilder, { multiplyAdd }: Arithmetic) {
  return module.define(
    { x: 'i32', ldx: 'i32', rows: 'i32', width: 'i32', weights: 'i32', y: 'i32' },
    ({ x, ldx, rows, width, weights, y }, scope) => {
      const [row, at, weight, sum] = [scope.i32(), scope.i32(), scope.i32(), scope.v128()]
      return forColumns(scope, width, (column, keep) => [
        sum.set(f32x4.splat(0)),
        at.set(i32.add(x, column)),
        weight.set(weights),
        forRange(row, { end: rows }, [
          sum.set(multiplyAdd(v128.load(at), v128.loadSplat(weight), sum)),
          at.set(i32.add(at, ldx)),
          weight.set(i32.add(weight, 4)),
        ]),
        v128.store(i32.add(y, column), keep(sum)),
      ])
    },
    'weighted_sum',
  )
}

/** `maximum`: y = the maximum of each column of at least one row. */
export function defineMaximum(module: ModuleBuilder) {
  return module.define(
    { x: 'i32', ldx: 'i32', rows: 'i32', width: 'i32', y: 'i32' },
    ({ x, ldx, rows, width, y }, scope) => {
      const [row, at, max] = [scope.i32(), scope.i32(), scope.v128()]
      return forColumns(scope, width, (column, keep) => [
        at.set(i32.add(x, column)),
        max.set(v128.load(at)),
        forRange(row, { end: rows }, [max.set(f32x4.max(max, v128.load(at))), at.set(i32.add(at, ldx))]),
        v128.store(i32.add(y, column), keep(max)),
      ])
    },
    'maximum',
  )
}
