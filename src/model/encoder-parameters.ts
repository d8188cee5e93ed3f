/** Every parameter of an encoder, found by building its graph: no architecture lists them a second time. */

import type { Encoder } from './encoder.js'
import { createEncoderBlocks } from './onnx/encoder-blocks.js'
import { addInputs } from './onnx/encoder-graph.js'
import { createGraphBuilder } from './onnx/graph-builder.js'
import { unpaddedKeys } from './onnx/padded-keys.js'

export interface EncoderParameter {
  readonly shape: readonly number[]
  /** A `matrix` is multiplied by, rows are looked up in a `table`, and a `float` is small or has to be exact. */
  readonly role: 'matrix' | 'table' | 'float'
}

/** The parameters that the encoder's graph reads. Matrices are as PyTorch keeps them: [to, from]. */
export function encoderParameters(encoder: Encoder): ReadonlyMap<string, EncoderParameter> {
  const parameters = new Map<string, EncoderParameter>()
  const add = (role: EncoderParameter['role'], name: string, shape: readonly number[]) => {
    parameters.set(name, { shape, role })
    return name
  }
  const graph = createGraphBuilder()
  const blocks = createEncoderBlocks({
    graph,
    inputs: addInputs(graph),
    weight: (name, shape) => add('float', name, shape),
    layers: {
      linear(name, _x, { from, to, bias = true }) {
        if (bias) add('float', `${name}.bias`, [to])
        return add('matrix', `${name}.weight`, [to, from])
      },
      lookUp: (name, _ids, { rows, width }) => add('table', `${name}.weight`, [rows, width]),
    },
    device: undefined,
    keys: unpaddedKeys,
    hiddenSize: encoder.hiddenSize,
  })
  encoder.lastHiddenState(blocks, encoder)
  return parameters
}
