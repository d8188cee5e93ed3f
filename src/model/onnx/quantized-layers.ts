/** The layers of the dtypes that weights are converted to, loaded when one is asked for. */

import { blockShapes } from '../block-forms.js'
import { blockSize } from '../quantized-blocks.js'
import { scaleName, zeroPointName } from '../weight-form.js'
import type { ConvertedDtype } from '../weight-forms.js'
import { floatLayers, type LayersOf, type LinearLayers, type LinearLayersOptions } from './linear-layers.js'
import { onnxDataType } from './onnx-proto.js'
import { paddedKeys } from './padded-keys.js'
import { createRowQuantizer } from './row-quantizer.js'

export const convertedLayers: Readonly<Record<ConvertedDtype, LayersOf>> = {
  fp32: floatLayers,
  fp16: floatLayers,
  q8: int8Layers,
  'q8-blocks': (options) => blockLayers(options, 8),
  q4: (options) => blockLayers(options, 4),
}

/** Matrices of 8 bits, multiplied by activations of 8 bits. */
function int8Layers(options: LinearLayersOptions): LinearLayers {
  const { graph, weight } = options
  const quantizeRows = createRowQuantizer(graph)
  return {
    linear(name, x, { from, to, bias = true, least }) {
      const { values, scale, zeroPoint } = quantizeRows(x, { width: from, least })
      const matrix = weight(`${name}.weight`, [from, to])
      const matrixScale = weight(scaleName(`${name}.weight`), [to])
      const one = graph.floats([1], [])
      const inputs = [values, matrix, one, matrixScale, zeroPoint]
      const products = graph.microsoftOp('MatMulIntegerToFloat', inputs) // (rows, to)
      const scaled = graph.op('Mul', [products, scale])
      return bias ? graph.op('Add', [scaled, weight(`${name}.bias`, [to])]) : scaled
    },
    lookUp: int8LookUp(options),
    keysOf: (inputIds) => paddedKeys(graph, inputIds),
  }
}

/**
 * Matrices of 4 or 8 bits in blocks. On a CPU the operator may quantise the activations too, in blocks as fine as the
 * weights'; a GPU has arithmetic enough for floats, and there the probe compares it with floats.
 */
function blockLayers(options: LinearLayersOptions, bits: 4 | 8): LinearLayers {
  const { graph, weight, device } = options
  const accuracyLevel = device === 'webgpu' ? 1 /* float32 */ : 4 /* int8 */
  return {
    linear(name, x, { from, to, bias = true }) {
      const matrix = `${name}.weight`
      const shapes = blockShapes([to, from], bits)
      const inputs = [x, weight(matrix, shapes.values), weight(scaleName(matrix), shapes.scales)]
      if (shapes.zeroPoints) inputs.push(weight(zeroPointName(matrix), shapes.zeroPoints))
      const attributes = { K: from, N: to, bits, block_size: blockSize, accuracy_level: accuracyLevel }
      const products = graph.microsoftOp('MatMulNBits', inputs, attributes) // (rows, to)
      return bias ? graph.op('Add', [products, weight(`${name}.bias`, [to])]) : products
    },
    lookUp: int8LookUp(options),
    // A GPU's sums have an order of their own.
    keysOf: device === 'webgpu' ? undefined : (inputIds) => paddedKeys(graph, inputIds),
  }
}

/** Rows of 8 bits with a scale each. */
function int8LookUp({ graph, weight }: LinearLayersOptions): LinearLayers['lookUp'] {
  return (name, ids, { rows, width }) => {
    const numbers = graph.op('Gather', [weight(`${name}.weight`, [rows, width]), ids]) // (..., width)
    const scales = graph.op('Gather', [weight(scaleName(`${name}.weight`), [rows]), ids]) // (...)
    const floats = graph.op('Cast', [numbers], { to: onnxDataType.float32 })
    return graph.op('Mul', [floats, graph.op('Unsqueeze', [scales, graph.ints([-1])])])
  }
}
