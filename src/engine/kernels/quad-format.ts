/**
 * Products of 8-bit weights by the 8-bit dot product of relaxed SIMD, for processors that have an instruction for it:
 * x86 with AVX-VNNI, and ARM with the dot product extension. There it is faster than `pairFormat`, elsewhere half as fast.
 *
 * One operand of this dot product has 7 bits. So an activation a of 14 bits is divided in two: a + 8192 = 128 h + l. A
 * row is uint8 [2][4 * quads]: h of all inputs, then l of all inputs. The sum of a w is that of 128 h w + l w, minus the
 * sum of 8192 w.
 *
 * A panel starts with -64 times the sum of the weights of each output: int32 [8]. Sums start there, and become 128 times
 * as large between h and l. Then come the weights, int8 [quads][8][4].
 */

import { panelRowBytes, panelWidth } from '../panels.js'
import { type Code, doWhile, forRange, i8x16, i16x8, i32, i32x4, store32, v128 } from '../wasm/code.js'
import type { Scope } from '../wasm/module.js'
import type { Int8Format, Int8Tile } from './int8-format.js'

/** Added to an activation, so that it is not negative. */
const offset = 8192

/** Number of bits of l. */
const lowBits = 7

/** Number of bytes of the weights of a panel for four inputs. */
const quadBytes = 4 * panelWidth

export const quadFormat: Int8Format = {
  /** 6 rows x 8 columns: 131 GFLOP/s on a Zen 5, where 4 x 8 reached 118 and `pairFormat` 101. 7 x 8 spills: 74. */
  tileRows: 6,

  storeActivations(numbers, { y, index, quads }) {
    const high = i32x4.shiftRight(numbers, lowBits)
    const low = v128.and(numbers, i32x4.splat(2 ** lowBits - 1))
    const position = i32.add(y, index)
    return [
      numbers.set(i32x4.add(numbers, i32x4.splat(offset))),
      numbers.set(i16x8.narrow(high, low)),
      numbers.set(i8x16.narrow(numbers, numbers)),
      store32(position, i32x4.lane(numbers, 0)),
      store32(i32.add(position, i32.shiftLeft(quads, 2)), i32x4.lane(numbers, 1)),
    ]
  },

  packPanel(scope, { rows, quads, panel }) {
    const [quad, start] = [scope.i32(), scope.i32()]
    const sums = [scope.v128(), scope.v128()]
    const factor = scope.constant(i8x16.splat(offset >> lowBits))
    return [
      start.set(panel),
      sums.map((sum) => sum.set(i32x4.splat(0))),
      panel.set(i32.add(panel, panelRowBytes)),
      forRange(quad, { end: quads }, [
        rows.map((row, output) => [store32(panel, i32.load(row), 4 * output), row.set(i32.add(row, 4))]),
        sums.map((sum, j) => sum.set(i32x4.relaxedDotAdd(v128.load(panel, 16 * j), factor, sum))),
        panel.set(i32.add(panel, quadBytes)),
      ]),
      sums.map((sum, j) => v128.store(start, i32x4.sub(i32x4.splat(0), sum), 16 * j)),
    ]
  },

  sumProducts(scope, tile) {
    const { panel, quads, sums } = tile
    return [
      sums.map((row) => row.map((sum, j) => sum.set(v128.load(panel, 16 * j)))),
      panel.set(i32.add(panel, panelRowBytes)),
      sumHalf(scope, tile),
      sums.map((row) => row.map((sum) => sum.set(i32x4.shiftLeft(sum, lowBits)))),
      panel.set(i32.sub(panel, i32.mul(quads, quadBytes))),
      sumHalf(scope, tile),
    ]
  },
}

/** Adds the products of the next `4 * quads` bytes of each row. */
function sumHalf(scope: Scope, { rows, panel, quads, sums }: Int8Tile): Code {
  const weights = [scope.v128(), scope.v128()]
  const [quad, rest] = [scope.v128(), scope.i32()]
  return [
    rest.set(quads),
    doWhile(
      [
        weights.map((weight, j) => weight.set(v128.load(panel, 16 * j))),
        panel.set(i32.add(panel, quadBytes)),
        sums.map((row, i) => [
          quad.set(v128.loadSplat(rows[i]!)),
          row.map((sum, j) => sum.set(i32x4.relaxedDotAdd(weights[j]!, quad, sum))),
        ]),
        rows.map((row) => row.set(i32.add(row, 4))),
        rest.set(i32.sub(rest, 1)),
      ],
      rest,
    ),
  ]
}
