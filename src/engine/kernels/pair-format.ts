/**
 * Products of 8-bit weights by the 16-bit dot product of plain SIMD, which every processor has.
 *
 * Activations are int16. A panel is int8 [2 * quads][8][2]: the weights of two inputs for each of 8 outputs. The 32 bytes
 * behind it are not used.
 */

import { panelRowBytes, panelWidth } from '../panels.js'
import { doWhile, forRange, i16x8, i32, i32x4, store16, v128 } from '../wasm/code.js'
import type { Int8Format } from './int8-format.js'

/** Number of bytes of the weights of a panel for two inputs. */
const pairBytes = 2 * panelWidth

export const pairFormat: Int8Format = {
  /**
   * 4 rows x 8 columns: 8 registers hold sums, 2 weights, 1 activations, 1 a product. It reached 57 GFLOP/s on a Xeon with
   * AVX-512 in V8 11.3; 3 x 12 reached 53, 5 x 8 and 6 x 8 48, and unrolling over k cost a fifth.
   */
  tileRows: 4,

  storeActivations: (numbers, { y, index }) =>
    v128.storeLow(i32.add(y, i32.shiftLeft(index, 1)), i16x8.narrow(numbers, numbers)),

  packPanel(scope, { rows, quads, panel }) {
    const pair = scope.i32()
    return [
      forRange(pair, { end: i32.shiftLeft(quads, 1) }, [
        rows.map((row, output) => [store16(panel, i32.load16(row), 2 * output), row.set(i32.add(row, 2))]),
        panel.set(i32.add(panel, pairBytes)),
      ]),
      panel.set(i32.add(panel, panelRowBytes)),
    ]
  },

  sumProducts(scope, { rows, panel, quads, sums }) {
    const weights = [scope.v128(), scope.v128()]
    const [pair, pairs] = [scope.v128(), scope.i32()]
    return [
      pairs.set(i32.shiftLeft(quads, 1)),
      doWhile(
        [
          weights.map((weight, j) => weight.set(v128.loadInt8(panel, 8 * j))),
          panel.set(i32.add(panel, pairBytes)),
          sums.map((row, i) => [
            pair.set(v128.loadSplat(rows[i]!)),
            row.map((sum, j) => sum.set(i32x4.add(i32x4.dot(pair, weights[j]!), sum))),
          ]),
          rows.map((row) => row.set(i32.add(row, 4))),
          pairs.set(i32.sub(pairs, 1)),
        ],
        pairs,
      ),
    ]
  },
}
