/** The order in which a matrix product visits its tiles. */

import { type Code, forRange, type I32, type Int, i32, type Local } from '../wasm/code.js'
import type { Scope } from '../wasm/module.js'

/**
 * Maximum number of bytes of the rows of a block: half of a second cache of 512 KB, the smallest that is common. With a
 * second cache of 2 MB, 128 KB, 512 KB and 1 MB differed from it by less than measurements do.
 */
const blockBytes = 256 * 1024

export interface BlockOptions {
  readonly rows: I32
  readonly panels: I32
  /** Number of rows of the largest tile. */
  readonly tileRows: number
  /** Number of bytes of a row of the left matrix. */
  readonly rowBytes: I32
}

export interface TileAt {
  readonly row: Local<'i32'>
  /** Number of rows of this tile. */
  readonly count: Local<'i32'>
  readonly panel: Local<'i32'>
}

/**
 * Visits all tiles. A block of rows fits into the second cache. In a block, each panel is multiplied by all rows before the
 * next panel, so that the panel stays in the first cache and is read from memory only once per block.
 *
 * The rows of a block are divided evenly: 8 rows are tiles of 4 and 4, not of 6 and 2.
 */
export function forTiles(scope: Scope, options: BlockOptions, body: (tile: TileAt) => Code): Code {
  const { rows, panels, tileRows, rowBytes } = options
  const [start, end, blockRows, step] = [scope.i32(), scope.i32(), scope.i32(), scope.i32()]
  const [row, count, panel] = [scope.i32(), scope.i32(), scope.i32()]
  const fitting = i32.mul(i32.div(i32.div(blockBytes, rowBytes), tileRows), tileRows)
  return [
    blockRows.set(i32.max(fitting, tileRows)),
    forRange(start, { end: rows, step: blockRows }, [
      end.set(i32.min(i32.add(start, blockRows), rows)),
      step.set(evenStep(i32.sub(end, start), tileRows)),
      forRange(
        panel,
        { end: panels },
        forRange(row, { start, end, step }, [
          count.set(i32.min(step, i32.sub(end, row))),
          body({ row, count, panel }),
        ]),
      ),
    ]),
  ]
}

/** The number of rows of a tile if `rows` are divided evenly into the fewest tiles of at most `tileRows`. */
export function evenStep(rows: I32, tileRows: number): I32 {
  const divideUp = (a: I32, b: Int) => i32.div(i32.sub(i32.add(a, b), 1), b)
  return divideUp(rows, divideUp(rows, tileRows))
}
