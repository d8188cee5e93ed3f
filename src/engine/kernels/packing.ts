/** Packs matrices into panels of 8 rows, so that a matrix product reads them from front to back. */

import { panelWidth } from '../panels.js'
import { type Code, f32x4, forRange, i32, type Local, type V128, v128 } from '../wasm/code.js'
import type { ModuleBuilder } from '../wasm/module.js'
import type { Int8Format } from './int8-format.js'

/**
 * `pack`: rows of float32, [rows][width], become panels [rows / 8][width][8], times a scale. The last panel repeats the
 * last row. 12 bytes behind each row may be read, and 96 bytes behind the last panel may be written.
 */
export function definePack(module: ModuleBuilder) {
  return module.define(
    { x: 'i32', ldx: 'i32', rows: 'i32', width: 'i32', scale: 'f32', panels: 'i32' },
    ({ x, ldx, rows, width, scale, panels }, scope) => {
      const [row, i, factor] = [scope.i32(), scope.i32(), scope.v128()]
      const sources = Array.from({ length: panelWidth }, scope.i32)
      const values = Array.from({ length: 4 }, scope.v128)
      return [
        factor.set(f32x4.splat(scale)),
        forRange(row, { end: rows, step: panelWidth }, [
          pointToRows(sources, { x, ldx, rows, row }),
          forRange(i, { end: width, step: 4 }, [
            [0, 4].map((half) => [
              values.map((value, r) => value.set(f32x4.mul(v128.load(sources[half + r]!), factor))),
              transposed(values).map((column, c) => v128.store(panels, column, 32 * c + 4 * half)),
            ]),
            sources.map((source) => source.set(i32.add(source, 16))),
            panels.set(i32.add(panels, 4 * 32)),
          ]),
          // Goes back over what lies behind a width that is not a multiple of 4.
          panels.set(i32.sub(panels, i32.mul(i32.sub(i, width), 32))),
        ]),
      ]
    },
    'pack',
  )
}

/**
 * `pack_int8`: rows of int8, [rows][width], become panels of 8 rows (`int8-format.ts`). The last panel repeats the last
 * row. 3 bytes behind each row may be read.
 */
export function defineInt8Pack(module: ModuleBuilder, format: Int8Format) {
  return module.define(
    { x: 'i32', rows: 'i32', width: 'i32', panels: 'i32' },
    ({ x, rows, width, panels }, scope) => {
      const row = scope.i32()
      const sources = Array.from({ length: panelWidth }, scope.i32)
      const quads = i32.shiftRight(i32.add(width, 3), 2)
      return forRange(row, { end: rows, step: panelWidth }, [
        pointToRows(sources, { x, ldx: width, rows, row }),
        format.packPanel(scope, { rows: sources, quads, panel: panels }),
      ])
    },
    'pack_int8',
  )
}

type Pointer = Local<'i32'>

/** Lets the pointers point to 8 rows from `row` on, or to the last row. */
function pointToRows(
  sources: readonly Pointer[],
  {
    x,
    ldx,
    rows,
    row,
  }: { readonly x: Pointer; readonly ldx: Pointer; readonly rows: Pointer; readonly row: Pointer },
): Code {
  return sources.map((source, r) =>
    source.set(i32.add(x, i32.mul(i32.min(i32.add(row, r), i32.sub(rows, 1)), ldx))),
  )
}

/** The columns of a 4 x 4 matrix, given by its rows. */
function transposed(rows: readonly V128[]): readonly V128[] {
  const [a, b, c, d] = rows as [V128, V128, V128, V128]
  const { shuffle } = v128
  const low = [shuffle(a, b, [0, 4, 1, 5]), shuffle(c, d, [0, 4, 1, 5])] as const
  const high = [shuffle(a, b, [2, 6, 3, 7]), shuffle(c, d, [2, 6, 3, 7])] as const
  return [low, high].flatMap(([left, right]) => [
    shuffle(left, right, [0, 1, 4, 5]),
    shuffle(left, right, [2, 3, 6, 7]),
  ])
}
