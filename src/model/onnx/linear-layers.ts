/** The layers of an encoder that a dtype may compute in its own way; here with the weights as they were published. */

import { float, type GraphBuilder, type Value } from './graph-builder.js'
import type { AttentionKeys } from './padded-keys.js'
import type { WeightLoader } from './weight-loader.js'

export interface LinearLayers {
  /** x W^T + b of the module `name`: (rows, from) -> (rows, to), a row for each token. PyTorch keeps W as (to, from). */
  linear(name: string, x: Value, size: LinearSize): Value
  /** The rows of the embedding module `name` that int32 `ids` choose: any shape -> (...shape, width). */
  lookUp(name: string, ids: Value, table: { readonly rows: number; readonly width: number }): Value
  /** Layer normalisation (https://arxiv.org/abs/1607.06450) of the module `name` over the last dimension of `x`. */
  layerNorm(name: string, x: Value, options: LayerNormOptions): Value
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
  readonly min?: number | undefined
  /** Rows (rows, to) that are added to the result: a residual connection. */
  readonly residual?: Value | undefined
  /**
   * The result may be off by the same vector in every row, because what reads it ignores that: softmax does so for keys.
   *
   * @default false
   */
  readonly ignoresOffset?: boolean | undefined
}

export interface LayerNormOptions {
  /** The size of the last dimension. */
  readonly width: number
  readonly epsilon: number
  /** @default true */
  readonly bias?: boolean | undefined
}

export interface LinearLayersOptions {
  readonly graph: GraphBuilder
  readonly weight: WeightLoader
  /** Whether the weights have a tensor of this name. */
  readonly has: (name: string) => boolean
}

/** Gemm takes W the way round that PyTorch keeps it. */
export function floatLayers({ graph, weight }: LinearLayersOptions): LinearLayers {
  return {
    linear(name, x, { from, to, bias = true, residual }) {
      const parameters = [weight(`${name}.weight`, [to, from])]
      if (bias) parameters.push(weight(`${name}.bias`, [to]))
      const rows = graph.op('Gemm', [x, ...parameters], { transB: 1 }) // (rows, to)
      return residual === undefined ? rows : graph.op('Add', [rows, residual])
    },
    lookUp: (name, ids, { rows, width }) =>
      graph.op('Gather', [weight(`${name}.weight`, [rows, width]), ids]),
    layerNorm: plainLayerNorm({ graph, weight }),
  }
}

/** Layer normalisation with the module's own weight and bias. */
export function plainLayerNorm({
  graph,
  weight,
}: Pick<LinearLayersOptions, 'graph' | 'weight'>): LinearLayers['layerNorm'] {
  return (name, x, { width, epsilon, bias = true }) => {
    const parameters = [weight(`${name}.weight`, [width])]
    if (bias) parameters.push(weight(`${name}.bias`, [width]))
    return normalize(graph, [x, ...parameters], epsilon)
  }
}

/** Rows with mean 0 and variance 1, times the second input, plus the third if there is one. */
export function normalize(graph: GraphBuilder, inputs: readonly Value[], epsilon: number): Value {
  return graph.op('LayerNormalization', inputs, { axis: -1, epsilon: float(epsilon) })
}
