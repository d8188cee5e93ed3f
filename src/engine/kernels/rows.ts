/** Loops over the rows of a matrix and the columns of a row, four at a time. */

import {
  type Code,
  type F32,
  f32,
  f32x4,
  forRange,
  type I32,
  i32,
  i32x4,
  type Local,
  type V128,
  v128,
  when,
} from '../wasm/code.js'
import type { Scope } from '../wasm/module.js'

/**
 * Visits the columns of rows of float32, four at a time. `column` is the byte offset of a vector in a row.
 *
 * The body of the last vector, if it is not full, is passed a mask of the columns that exist. Rows lie 32 bytes or a
 * multiple of it apart, so reading and writing whole vectors stays within the row.
 */
export function forColumns(
  scope: Scope,
  width: I32,
  body: (column: Local<'i32'>, keep: (x: V128) => V128) => Code,
): Code {
  const column = scope.i32()
  const mask = scope.v128()
  const rest = i32.and(width, 3)
  return [
    forRange(
      column,
      { end: i32.shiftLeft(i32.shiftRight(width, 2), 4), step: 16 },
      body(column, (x) => x),
    ),
    when(rest, [
      mask.set(i32x4.greater(i32x4.splat(rest), v128.ints([0, 1, 2, 3]))),
      body(column, (x) => v128.and(x, mask)),
    ]),
  ]
}

/** Visits rows; afterwards each of `pointers` has moved by its number of bytes per row. */
export function forRows(
  scope: Scope,
  rows: I32,
  pointers: readonly (readonly [pointer: Local<'i32'>, bytes: I32 | number])[],
  body: Code,
): Code {
  const row = scope.i32()
  return forRange(row, { end: rows }, [
    body,
    pointers.map(([pointer, bytes]) => pointer.set(i32.add(pointer, bytes))),
  ])
}

/** The sum of the four lanes, added in a fixed order. */
export function sumOfLanes(x: Local<'v128'>): { readonly before: Code; readonly sum: F32 } {
  return {
    before: [
      x.set(f32x4.add(x, v128.shuffle(x, x, [2, 3, 0, 1]))),
      x.set(f32x4.add(x, v128.shuffle(x, x, [1, 0, 3, 2]))),
    ],
    sum: f32x4.lane(x, 0),
  }
}

/** The largest of the four lanes. */
export function maxOfLanes(x: V128): F32 {
  const lane = (index: number) => f32x4.lane(x, index)
  return f32.max(f32.max(lane(0), lane(1)), f32.max(lane(2), lane(3)))
}
