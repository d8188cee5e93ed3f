/**
 * Scaled dot-product attention (https://arxiv.org/abs/1706.03762, section 3.2) of one head of one text:
 *
 *     out = softmax(Q K^T / sqrt(headSize) + bias) V
 *
 * Both products use the tiles of the linear layers. K is packed first, times the factor 1 / sqrt(headSize) (`pack`). V is
 * read in place. The scores of a block of queries stay in the cache.
 */

import { panelRowBytes, panelWidth } from '../panels.js'
import {
  type Code,
  f32,
  f32x4,
  fillMemory,
  float,
  forRange,
  type I32,
  type Int,
  i32,
  store32,
  v128,
  when,
} from '../wasm/code.js'
import { callAt, type ModuleBuilder, type Scope } from '../wasm/module.js'
import { type Arithmetic, relaxedArithmetic } from './arithmetic.js'
import { evenStep } from './blocks.js'
import { exponential } from './exponential.js'
import { forRows, maxOfLanes, sumOfLanes } from './rows.js'
import type { Tiles } from './tile.js'

/**
 * Number of queries whose scores are computed together: 24 KB of scores for 256 keys. With a first cache of 48 KB, 12 and 48
 * queries were as fast for 128 keys, and 48 queries 3 % faster for 512.
 */
const queriesPerBlock = 24

/** Number of bytes of `attend`'s scratch memory: a factor for each query, a tile of sums, and the scores. */
export function attentionScratchBytes(keys: number): number {
  const padded = Math.ceil(keys / panelWidth) * panelWidth
  return 4 * queriesPerBlock + panelRowBytes * relaxedArithmetic.tileRows + 4 * queriesPerBlock * padded
}

/** Smaller than all scores. Its exponential is replaced by 0. */
const excluded = -3e38

/** `softmax_row`: replaces scores by their exponentials, and writes the inverse of the exponentials' sum. */
function defineSoftmax(module: ModuleBuilder, arithmetic: Arithmetic) {
  return module.define(
    {
      /** float32 [count], 32-byte groups. */
      scores: 'i32',
      count: 'i32',
      /** The keys that the query attends to; at least one. All others get 0. */
      start: 'i32',
      end: 'i32',
      /** float32 to add to each score, or 0. */
      bias: 'i32',
      inverse: 'i32',
    },
    ({ scores, count, start, end, bias, inverse }, scope) => {
      const [at, last] = [scope.i32(), scope.i32()]
      const maxima = [scope.v128(), scope.v128()] as const
      const [max, value, sum] = [scope.v128(), scope.v128(), scope.v128()]
      const power = exponential(scope, arithmetic, f32x4.sub(v128.load(at), max))
      const total = sumOfLanes(sum)
      const address = (index: I32) => i32.add(scores, i32.shiftLeft(index, 2))
      /** Writes a number over the scores from `from` to `to`. */
      const overwrite = (from: Int, to: I32, score: number) =>
        forRange(at, { start: from, end: to }, store32(address(at), float(score)))
      const [firstIndex, lastIndex] = [
        i32.and(start, -panelWidth),
        i32.and(i32.add(end, panelWidth - 1), -panelWidth),
      ]
      const forVectors = (step: number, body: Code) =>
        forRange(at, { start: address(firstIndex), end: last, step }, body)
      return [
        last.set(address(lastIndex)),
        overwrite(firstIndex, start, excluded),
        overwrite(end, lastIndex, excluded),
        when(
          bias,
          forVectors(
            16,
            v128.store(at, f32x4.add(v128.load(at), v128.load(i32.add(bias, i32.sub(at, scores))))),
          ),
        ),
        // Two, because each step of a maximum waits for the previous one.
        maxima.map((each) => each.set(f32x4.splat(excluded))),
        forVectors(
          32,
          maxima.map((each, i) => each.set(f32x4.max(each, v128.load(at, 16 * i)))),
        ),
        max.set(f32x4.max(...maxima)),
        max.set(f32x4.splat(maxOfLanes(max))),
        forVectors(16, [
          power.before,
          value.set(power.value),
          v128.store(at, value),
          sum.set(f32x4.add(sum, value)),
        ]),
        // An excluded score has added at most 2e-38 to a sum of at least 1, which is nothing.
        total.before,
        store32(inverse, f32.div(float(1), total.sum)),
        overwrite(0, start, 0),
        overwrite(end, count, 0),
      ]
    },
  )
}

/** `attend` */
export function defineAttention(module: ModuleBuilder, arithmetic: Arithmetic, tiles: Tiles) {
  const softmax = defineSoftmax(module, arithmetic)
  const { tileRows } = arithmetic
  return module.define(
    {
      /** Queries: float32 rows. */
      q: 'i32',
      ldq: 'i32',
      rows: 'i32',
      /** Position of the first query, minus that of the first key. */
      firstQuery: 'i32',
      /** The packed keys: [keys / 8][headSize][8]. */
      panels: 'i32',
      keys: 'i32',
      /** The values of the keys: float32 rows. */
      v: 'i32',
      ldv: 'i32',
      headSize: 'i32',
      /** Maximum distance between a query and its keys. */
      window: 'i32',
      /** The bias for a key at the query's position, or 0. The bias for the next key follows. */
      bias: 'i32',
      /** Memory of `attentionScratchBytes(keys)` bytes. */
      scratch: 'i32',
      out: 'i32',
      ldo: 'i32',
    },
    (p, scope) => {
      const { q, ldq, rows, firstQuery, panels, keys, v, ldv, headSize, window, bias, scratch, out, ldo } = p
      const [start, count, lo, hi] = [scope.i32(), scope.i32(), scope.i32(), scope.i32()]
      const [step, row, tile, panel] = [scope.i32(), scope.i32(), scope.i32(), scope.i32()]
      const [stride, position, scores] = [scope.i32(), scope.i32(), scope.i32()]
      const inverses = scratch
      const sums = i32.add(scratch, 4 * queriesPerBlock)
      const firstKey = (query: I32) => i32.max(0, i32.sub(query, window))
      const endKey = (query: I32) => i32.min(keys, i32.add(i32.add(query, window), 1))
      const forTileRows = (body: Code) =>
        forRange(row, { end: count, step }, [tile.set(i32.min(step, i32.sub(count, row))), body])
      const queryAt = i32.add(start, row)

      const computeScores = forRange(
        panel,
        { end: i32.shiftRight(stride, 5) },
        forTileRows(
          callAt(tiles, i32.sub(tile, 1), {
            a: i32.add(q, i32.mul(queryAt, ldq)),
            lda: ldq,
            b: i32.add(
              panels,
              i32.mul(i32.add(i32.shiftRight(lo, 3), panel), i32.mul(headSize, panelRowBytes)),
            ),
            ldb: panelRowBytes,
            k: headSize,
            bias: 0,
            c: i32.add(i32.add(scores, i32.mul(row, stride)), i32.mul(panel, panelRowBytes)),
            ldc: stride,
          }),
        ),
      )
      const normalizeScores = forRange(row, { end: count }, [
        position.set(i32.add(firstQuery, queryAt)),
        when(
          i32.less(firstKey(position), endKey(position)),
          softmax.call({
            scores: i32.add(scores, i32.mul(row, stride)),
            count: i32.shiftRight(stride, 2),
            start: i32.sub(firstKey(position), lo),
            end: i32.sub(endKey(position), lo),
            bias: i32.mul(
              i32.add(bias, i32.shiftLeft(i32.sub(lo, position), 2)),
              i32.isZero(i32.isZero(bias)),
            ),
            inverse: i32.add(inverses, i32.shiftLeft(row, 2)),
          }),
          [
            // A padding token that is too far from all keys.
            fillMemory(i32.add(scores, i32.mul(row, stride)), 0, stride),
            store32(i32.add(inverses, i32.shiftLeft(row, 2)), float(0)),
          ],
        ),
      ])
      const addValues = forRange(
        panel,
        { end: i32.shiftRight(i32.add(headSize, panelWidth - 1), 3) },
        forTileRows([
          callAt(tiles, i32.sub(tile, 1), {
            a: i32.add(scores, i32.mul(row, stride)),
            lda: stride,
            b: i32.add(i32.add(v, i32.mul(lo, ldv)), i32.mul(panel, panelRowBytes)),
            ldb: ldv,
            k: i32.sub(hi, lo),
            bias: 0,
            c: sums,
            ldc: panelRowBytes,
          }),
          writeSums(scope, {
            sums,
            rows: tile,
            inverses: i32.add(inverses, i32.shiftLeft(row, 2)),
            width: i32.min(panelWidth, i32.sub(headSize, i32.mul(panel, panelWidth))),
            to: i32.add(i32.add(out, i32.mul(queryAt, ldo)), i32.mul(panel, panelRowBytes)),
            ldo,
          }),
        ]),
      )
      return [
        scores.set(i32.add(scratch, 4 * queriesPerBlock + panelRowBytes * tileRows)),
        forRange(start, { end: rows, step: queriesPerBlock }, [
          count.set(i32.min(queriesPerBlock, i32.sub(rows, start))),
          step.set(evenStep(count, tileRows)),
          position.set(i32.add(firstQuery, start)),
          lo.set(i32.and(firstKey(position), -panelWidth)),
          hi.set(endKey(i32.sub(i32.add(position, count), 1))),
          when(
            i32.less(lo, hi),
            [
              stride.set(i32.shiftLeft(i32.and(i32.add(i32.sub(hi, lo), panelWidth - 1), -panelWidth), 2)),
              computeScores,
              normalizeScores,
              addValues,
            ],
            forRange(
              row,
              { end: count },
              fillMemory(i32.add(out, i32.mul(queryAt, ldo)), 0, i32.shiftLeft(headSize, 2)),
            ),
          ),
        ]),
      ]
    },
    'attend',
  )
}

interface WriteOptions {
  /** float32 [rows][8] */
  readonly sums: I32
  readonly rows: I32
  /** A factor for each row. */
  readonly inverses: I32
  /** Number of columns to write, 1 to 8. */
  readonly width: I32
  readonly to: I32
  readonly ldo: I32
}

/** Writes the columns of a tile that belong to the head, each row times its factor. */
function writeSums(scope: Scope, { sums, rows, inverses, width, to, ldo }: WriteOptions): Code {
  const [from, factors, target, i] = [scope.i32(), scope.i32(), scope.i32(), scope.i32()]
  const factor = scope.v128()
  const scaled = (offset: number) => f32x4.mul(v128.load(from, offset), factor)
  return [
    from.set(sums),
    factors.set(inverses),
    target.set(to),
    forRows(
      scope,
      rows,
      [
        [from, panelRowBytes],
        [factors, 4],
        [target, ldo],
      ],
      [
        factor.set(v128.loadSplat(factors)),
        when(
          i32.equal(width, panelWidth),
          [v128.store(target, scaled(0)), v128.store(target, scaled(16), 16)],
          forRange(i, { end: i32.shiftLeft(width, 2), step: 4 }, [
            store32(i32.add(target, i), f32.mul(f32.load(i32.add(from, i)), f32.load(factors))),
          ]),
        ),
      ],
    ),
  ]
}
