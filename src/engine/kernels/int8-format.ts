/**
 * How products of activations and 8-bit weights are computed: `pairFormat` or `quadFormat`. Both compute the same sums,
 * exactly, so that the choice changes no bit of a vector.
 *
 * A quad is four inputs of a layer. The last quad is filled up: activations are 0 there, and weights can be any bytes.
 */

import type { Code, I32, Local } from '../wasm/code.js'
import type { Scope } from '../wasm/module.js'

export interface Int8Format {
  /** Number of rows of the largest tile whose sums fit into registers. */
  readonly tileRows: number
  /** Stores four activations, int32, in a row that `storeActivations` has filled up to there. */
  storeActivations(numbers: Local<'v128'>, to: ActivationPosition): Code
  /** Packs 8 rows of weights into a panel. Afterwards, `panel` points behind it. */
  packPanel(scope: Scope, panel: PanelSource): Code
  /** Adds up the products of a tile. Afterwards, `rows` point behind the activations. */
  sumProducts(scope: Scope, tile: Int8Tile): Code
}

export interface ActivationPosition {
  /** The row: 8 bytes for each quad. */
  readonly y: I32
  /** Number of the row's activations before the four, a multiple of 4. */
  readonly index: I32
  readonly quads: I32
}

export interface PanelSource {
  /** Pointers to 8 rows of int8. 3 bytes behind each row may be read. */
  readonly rows: readonly Local<'i32'>[]
  readonly quads: I32
  readonly panel: Local<'i32'>
}

export interface Int8Tile {
  /** Pointers to rows of activations. */
  readonly rows: readonly Local<'i32'>[]
  readonly panel: Local<'i32'>
  readonly quads: Local<'i32'>
  /** For each row the sums of 8 outputs, int32. They start at 0. */
  readonly sums: readonly (readonly Local<'v128'>[])[]
}
