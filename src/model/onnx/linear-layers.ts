/** The layers that depend on the dtype, and their form for weights as they were published. */

import type { EncoderBlocks } from '../encoder-blocks.js'
import { activations } from './activations.js'
import { float, type GraphBuilder, type Value } from './graph-builder.js'
import type { AttentionKeys } from './padded-keys.js'
import type { WeightLoader } from './weight-loader.js'

export interface LinearLayers extends Pick<EncoderBlocks<Value>, 'linear' | 'layerNorm' | 'activation'> {
  /** Looks up the rows `ids` (int32) of the embedding module `name`: any shape -> (...shape, width). */
  lookUp(name: string, ids: Value, table: { readonly rows: number; readonly width: number }): Value
  /** How these layers need the keys of attention. @default every token is a key, without padding */
  readonly keysOf?: ((inputIds: Value) => AttentionKeys) | undefined
}

/** Makes the layers of a dtype. */
export type LayersOf = (options: LinearLayersOptions) => LinearLayers

export interface LinearLayersOptions {
  readonly graph: GraphBuilder
  readonly weight: WeightLoader
  /** Whether there is a tensor of this name. */
  readonly has: (name: string) => boolean
}

/** Layers for weights as they were published. Gemm takes W in PyTorch's layout. */
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
    activation: (x, name) => activations[name].apply(graph, x),
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

/** Normalises rows to mean 0 and variance 1, multiplies by the second input, and adds the third if there is one. */
export function normalize(graph: GraphBuilder, inputs: readonly Value[], epsilon: number): Value {
  return graph.op('LayerNormalization', inputs, { axis: -1, epsilon: float(epsilon) })
}
