/** Looks up rows of embedding tables. */

import { f32x4, i32, v128, when } from '../wasm/code.js'
import type { ModuleBuilder } from '../wasm/module.js'
import { forColumns, forRows } from './rows.js'

const parameters = {
  /** Rows of `width` numbers, without padding. 16 bytes behind the last row may be read. */
  table: 'i32',
  /** int32, the row of the table for each row of `y`. */
  ids: 'i32',
  rows: 'i32',
  width: 'i32',
  y: 'i32',
  ldy: 'i32',
  /** Whether to add to `y` instead of overwriting it. */
  adds: 'i32',
} as const

/** `look_up` in a table of float32. */
export function defineLookUp(module: ModuleBuilder) {
  return module.define(
    parameters,
    ({ table, ids, rows, width, y, ldy, adds }, scope) => {
      const [source, value] = [scope.i32(), scope.v128()]
      return forRows(
        scope,
        rows,
        [
          [ids, 4],
          [y, ldy],
        ],
        [
          source.set(i32.add(table, i32.mul(i32.load(ids), i32.shiftLeft(width, 2)))),
          forColumns(scope, width, (column, keep) => [
            value.set(keep(v128.load(i32.add(source, column)))),
            when(adds, value.set(f32x4.add(value, v128.load(i32.add(y, column))))),
            v128.store(i32.add(y, column), value),
          ]),
        ],
      )
    },
    'look_up',
  )
}

/** `look_up_int8` in a table of int8 with a scale for each row. */
export function defineInt8LookUp(module: ModuleBuilder) {
  return module.define(
    { ...parameters, /** float32, one for each row of the table. */ scales: 'i32' },
    ({ table, ids, rows, width, y, ldy, adds, scales }, scope) => {
      const [source, value, scale] = [scope.i32(), scope.v128(), scope.v128()]
      return forRows(
        scope,
        rows,
        [
          [ids, 4],
          [y, ldy],
        ],
        [
          source.set(i32.add(table, i32.mul(i32.load(ids), width))),
          scale.set(v128.loadSplat(i32.add(scales, i32.shiftLeft(i32.load(ids), 2)))),
          forColumns(scope, width, (column, keep) => [
            value.set(
              keep(
                f32x4.mul(f32x4.fromInt(v128.loadInt8x4(i32.add(source, i32.shiftRight(column, 2)))), scale),
              ),
            ),
            when(adds, value.set(f32x4.add(value, v128.load(i32.add(y, column))))),
            v128.store(i32.add(y, column), value),
          ]),
        ],
      )
    },
    'look_up_int8',
  )
}
