/** The parts of BERT that hold nearly all of its weights, each in the forms that a `dtype` may give them. */

import type { ConvertedDtype } from '../weight-forms.js'
import type { GraphBuilder, Value } from './graph-builder.js'
import { blockLayers, int8Layers } from './quantized-layers.js'
import type { WeightLoader } from './weight-loader.js'

export interface LinearLayers {
  /** x W^T + b of the module `name`: (rows, from) -> (rows, to). PyTorch keeps W as (to, from). */
  linear(name: string, x: Value, size: { readonly from: number; readonly to: number }): Value
  /** The rows of the embedding module `name` that int32 `ids` choose: any shape -> (...shape, width). */
  lookUp(name: string, ids: Value, table: { readonly rows: number; readonly width: number }): Value
}

export interface LinearLayersOptions {
  readonly graph: GraphBuilder
  readonly weight: WeightLoader
  /** Where the graph will run. */
  readonly device: string | undefined
}

/** The layers of each dtype. */
export const linearLayers: Readonly<Record<ConvertedDtype, (options: LinearLayersOptions) => LinearLayers>> =
  {
    fp32: floatLayers,
    fp16: floatLayers,
    q8: int8Layers,
    'q8-blocks': (options) => blockLayers(options, 8),
    q4: (options) => blockLayers(options, 4),
  }

/** The published weights as they are: Gemm takes W the way round that PyTorch keeps it. */
function floatLayers({ graph, weight }: LinearLayersOptions): LinearLayers {
  return {
    linear(name, x, { from, to }) {
      const matrix = weight(`${name}.weight`, [to, from])
      const bias = weight(`${name}.bias`, [to])
      return graph.op('Gemm', [x, matrix, bias], { transB: 1 })
    },
    lookUp: (name, ids, { rows, width }) =>
      graph.op('Gather', [weight(`${name}.weight`, [rows, width]), ids]),
  }
}
