/** What follows the products of a linear layer, tile by tile while the tile is cached: activation and residual. */

import { panelRowBytes } from '../panels.js'
import { type Code, f32x4, type I32, i32, type Local, v128, when } from '../wasm/code.js'
import type { Parameters, Scope, WasmFunction } from '../wasm/module.js'
import { forRows } from './rows.js'

/** The parameters of a linear layer's output. */
export const outputParameters = {
  /** A float32 for each output. */
  bias: 'i32',
  /** The first output: float32 rows, `ldc` bytes apart. */
  c: 'i32',
  ldc: 'i32',
  /** Position in `activationKernels`. */
  activation: 'i32',
  /** Rows to add, `ldr` bytes apart, or 0. */
  residual: 'i32',
  ldr: 'i32',
} as const satisfies Parameters

export interface EpilogueKernels {
  readonly activate: WasmFunction<{ kind: 'i32'; x: 'i32'; stride: 'i32'; rows: 'i32'; width: 'i32' }>
}

type OutputLocals = { readonly [Name in keyof typeof outputParameters]: Local<'i32'> }

interface TilePosition {
  /** Address of the tile in the output. */
  readonly at: Local<'i32'>
  readonly row: I32
  readonly count: I32
  /** Offset of the tile in a row, in bytes. */
  readonly column: I32
}

/** Leaves `at` behind the tile. */
export function finishTile(
  scope: Scope,
  { activate }: EpilogueKernels,
  { ldc, activation, residual, ldr }: OutputLocals,
  { at, row, count, column }: TilePosition,
): Code {
  const from = scope.i32()
  const sum = (offset: number) => f32x4.add(v128.load(at, offset), v128.load(from, offset))
  return [
    when(
      activation,
      activate.call({ kind: activation, x: at, stride: ldc, rows: count, width: panelRowBytes }),
    ),
    when(residual, [
      from.set(i32.add(i32.add(residual, i32.mul(row, ldr)), column)),
      forRows(
        scope,
        count,
        [
          [at, ldc],
          [from, ldr],
        ],
        [v128.store(at, sum(0)), v128.store(at, sum(16), 16)],
      ),
    ]),
  ]
}
