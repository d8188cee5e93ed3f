/** The parts of an encoder that hold nearly all of its weights, as they were published. */

import type { GraphBuilder, Value } from './graph-builder.js'
import type { AttentionKeys } from './padded-keys.js'
import type { WeightLoader } from './weight-loader.js'

export interface LinearLayers {
  /** x W^T + b of the module `name`: (rows, from) -> (rows, to), a row for each token. PyTorch keeps W as (to, from). */
  linear(name: string, x: Value, size: LinearSize): Value
  /** The rows of the embedding module `name` that int32 `ids` choose: any shape -> (...shape, width). */
  lookUp(name: string, ids: Value, table: { readonly rows: number; readonly width: number }): Value
  /** The keys that these layers need attention to have. @default every token is one, and no other */
  readonly keysOf?: ((inputIds: Value) => AttentionKeys) | undefined
}

/** Makes the layers of a dtype. */
export type LayersOf = (options: LinearLayersOptions) => LinearLayers

export interface LinearSize {
  readonly from: number
  readonly to: number
  /** Whether the module has a bias. @default true */
  readonly bias?: boolean | undefined
  /** What no value of x is below, 0 at most, where that is known: it makes quantising them cheaper and finer. */
  readonly least?: number | undefined
}

export interface LinearLayersOptions {
  readonly graph: GraphBuilder
  readonly weight: WeightLoader
  /** Where the graph will run. */
  readonly device: string | undefined
}

/** Gemm takes W the way round that PyTorch keeps it. */
export function floatLayers({ graph, weight }: LinearLayersOptions): LinearLayers {
  return {
    linear(name, x, { from, to, bias = true }) {
      const parameters = [weight(`${name}.weight`, [to, from])]
      if (bias) parameters.push(weight(`${name}.bias`, [to]))
      return graph.op('Gemm', [x, ...parameters], { transB: 1 })
    },
    lookUp: (name, ids, { rows, width }) =>
      graph.op('Gather', [weight(`${name}.weight`, [rows, width]), ids]),
  }
}
