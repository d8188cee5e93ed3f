/** Sums and products of rows, column by column. */

import { f32x4, i32, type V128, v128 } from '../wasm/code.js'
import type { ModuleBuilder } from '../wasm/module.js'
import { forColumns, forRows } from './rows.js'

/** `add`, `multiply` and `copy`: y = a + b, y = a * b, y = a. */
export function defineElementwise(module: ModuleBuilder): void {
  const define = (name: string, operation: (a: V128, b: V128) => V128) =>
    module.define(
      { a: 'i32', lda: 'i32', b: 'i32', ldb: 'i32', rows: 'i32', width: 'i32', y: 'i32', ldy: 'i32' },
      ({ a, lda, b, ldb, rows, width, y, ldy }, scope) =>
        forRows(
          scope,
          rows,
          [
            [a, lda],
            [b, ldb],
            [y, ldy],
          ],
          forColumns(scope, width, (column, keep) => {
            const at = (pointer: typeof a) => v128.load(i32.add(pointer, column))
            return v128.store(i32.add(y, column), keep(operation(at(a), at(b))))
          }),
        ),
      name,
    )
  define('add', f32x4.add)
  define('multiply', f32x4.mul)
  module.define(
    { x: 'i32', ldx: 'i32', rows: 'i32', width: 'i32', y: 'i32', ldy: 'i32' },
    ({ x, ldx, rows, width, y, ldy }, scope) =>
      forRows(
        scope,
        rows,
        [
          [x, ldx],
          [y, ldy],
        ],
        forColumns(scope, width, (column, keep) =>
          v128.store(i32.add(y, column), keep(v128.load(i32.add(x, column)))),
        ),
      ),
    'copy',
  )
}
