/** Quantises rows of float32 to whole numbers with a scale for each row: value = number * scale. */

import { f32, f32x4, float, i32, i32x4, store32, v128, when } from '../wasm/code.js'
import type { ModuleBuilder } from '../wasm/module.js'
import { rounder } from './arithmetic.js'
import type { Int8Format } from './int8-format.js'
import { forColumns, forRows, maxOfLanes } from './rows.js'

/**
 * `largest` is the largest number that is used, at most `maxActivation`. The caller chooses it so that the sums of the
 * products do not overflow. The numbers fill up quads: those behind `width` are 0. The scale follows them, a float32.
 */
export function defineQuantize(module: ModuleBuilder, format: Int8Format) {
  return module.define(
    {
      x: 'i32',
      ldx: 'i32',
      rows: 'i32',
      width: 'i32',
      largest: 'f32',
      /** Rows of numbers and the scale, `ldy` bytes apart. */
      y: 'i32',
      ldy: 'i32',
    },
    ({ x, ldx, rows, width, largest, y, ldy }, scope) => {
      const [max, vector] = [scope.v128(), scope.v128()]
      const magic = scope.constant(f32x4.splat(rounder))
      const [magnitude, scale] = [scope.f32(), scope.f32()]
      const quads = i32.shiftRight(i32.add(width, 3), 2)
      return forRows(
        scope,
        rows,
        [
          [x, ldx],
          [y, ldy],
        ],
        [
          max.set(f32x4.splat(0)),
          forColumns(scope, width, (column, keep) =>
            max.set(f32x4.max(max, f32x4.abs(keep(v128.load(i32.add(x, column)))))),
          ),
          magnitude.set(maxOfLanes(max)),
          scale.set(f32.div(magnitude, largest)),
          // A row of zeros has the scale 0, and numbers 0.
          when(f32.greater(magnitude, float(0)), magnitude.set(f32.div(largest, magnitude))),
          max.set(f32x4.splat(magnitude)),
          forColumns(scope, width, (column, keep) => [
            // Multiplied and added separately: a fused multiply-add would make results differ between processors.
            vector.set(f32x4.add(f32x4.mul(keep(v128.load(i32.add(x, column))), max), magic)),
            vector.set(i32x4.sub(vector, magic)),
            format.storeActivations(vector, { y, index: i32.shiftRight(column, 2), quads }),
          ]),
          store32(i32.add(y, i32.shiftLeft(quads, 3)), scale),
        ],
      )
    },
    'quantize',
  )
}
