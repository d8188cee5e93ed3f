/**
 * Rotary position embeddings (https://arxiv.org/abs/2104.09864): rotates each pair (x[i], x[i + half]) of a head by the
 * angle of its position.
 */

import { f32, f32x4, forRange, i32, store32, v128 } from '../wasm/code.js'
import type { ModuleBuilder } from '../wasm/module.js'
import { forRows } from './rows.js'

/** `rotate` */
export function defineRotate(module: ModuleBuilder) {
  return module.define(
    {
      x: 'i32',
      ldx: 'i32',
      rows: 'i32',
      heads: 'i32',
      /** Half of the size of a head. */
      half: 'i32',
      /** int32, the position of each row. */
      positions: 'i32',
      /** float32 [positions][half] */
      cos: 'i32',
      sin: 'i32',
      y: 'i32',
      ldy: 'i32',
    },
    ({ x, ldx, rows, heads, half, positions, cos, sin, y, ldy }, scope) => {
      const [head, at, rowCos, rowSin] = [scope.i32(), scope.i32(), scope.i32(), scope.i32()]
      const [from, to, i] = [scope.i32(), scope.i32(), scope.i32()]
      const halfBytes = i32.shiftLeft(half, 2)
      const full = i32.shiftLeft(i32.shiftRight(half, 2), 4)
      const [left, right] = [i32.add(from, i), i32.add(i32.add(from, i), halfBytes)]
      const [c, s] = [i32.add(rowCos, i), i32.add(rowSin, i)]
      const [firstOut, secondOut] = [i32.add(to, i), i32.add(i32.add(to, i), halfBytes)]
      const { add, mul, sub } = f32x4
      const { load } = v128
      return forRows(
        scope,
        rows,
        [
          [x, ldx],
          [y, ldy],
          [positions, 4],
        ],
        [
          at.set(i32.mul(i32.load(positions), halfBytes)),
          rowCos.set(i32.add(cos, at)),
          rowSin.set(i32.add(sin, at)),
          from.set(x),
          to.set(y),
          forRange(head, { end: heads }, [
            forRange(i, { end: full, step: 16 }, [
              v128.store(firstOut, sub(mul(load(left), load(c)), mul(load(right), load(s)))),
              v128.store(secondOut, add(mul(load(right), load(c)), mul(load(left), load(s)))),
            ]),
            // A half that is not a multiple of 4 ends within a vector, which the next head begins.
            forRange(i, { start: full, end: halfBytes, step: 4 }, [
              store32(
                firstOut,
                f32.sub(f32.mul(f32.load(left), f32.load(c)), f32.mul(f32.load(right), f32.load(s))),
              ),
              store32(
                secondOut,
                f32.add(f32.mul(f32.load(right), f32.load(c)), f32.mul(f32.load(left), f32.load(s))),
              ),
            ]),
            from.set(i32.add(from, i32.shiftLeft(half, 3))),
            to.set(i32.add(to, i32.shiftLeft(half, 3))),
          ]),
        ],
      )
    },
    'rotate',
  )
}
