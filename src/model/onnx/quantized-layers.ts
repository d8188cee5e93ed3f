/** The layers for converted weights. They are loaded on demand, when a dtype needs them. */

import { blockShapes } from '../conversion/block-forms.js'
import { blockSize } from '../conversion/quantized-blocks.js'
import type { ConvertedDtype } from '../conversion/read-converted-file.js'
import { gainName, offsetName, scaleName } from '../conversion/weight-form.js'
import { createActivationQuantizer } from './activation-quantizer.js'
import { activations } from './activations.js'
import type { Value } from './graph-builder.js'
import {
  floatLayers,
  type LayersOf,
  type LinearLayers,
  type LinearLayersOptions,
  normalize,
  plainLayerNorm,
} from './linear-layers.js'
import { onnxDataType } from './onnx-proto.js'
import { paddedKeys } from './padded-keys.js'

export const convertedLayers: Readonly<Record<Exclude<ConvertedDtype, 'q8-rows'>, LayersOf>> = {
  fp32: floatLayers,
  fp16: floatLayers,
  q8: int8Layers,
  'q8-blocks': blockLayers,
}

/** Output of a LayerNorm for balanced matrices: normalised rows times gains. */
interface GainedRows {
  /** (rows, width) */
  readonly gained: Value
  /** The module's usual output without its bias: (rows, width). */
  readonly unbiased: Value
  /** Bias of the module [width], if it has one. */
  readonly bias: Value | undefined
}

/** Layers of q8: 8-bit matrices times 8-bit activations. */
function int8Layers(options: LinearLayersOptions): LinearLayers {
  const { graph, weight, has } = options
  const quantizer = createActivationQuantizer(graph)
  const plain = plainLayerNorm(options)
  /** Keys are the module's usual output. */
  const gainedRows = new Map<Value, GainedRows>()
  /** A lower bound of the values of an activation's output. It makes quantising them cheaper and finer. */
  const minOf = new Map<Value, number>()
  const add = (values: readonly Value[]) => values.reduce((sum, value) => graph.op('Add', [sum, value]))
  return {
    linear(name, x, { from, to, bias = true, residual, ignoresOffset = false }) {
      const matrix = `${name}.weight`
      const isBalanced = has(offsetName(matrix))
      const rows = isBalanced
        ? quantizer.balanced(gainedRows.get(x)!.gained, from)
        : quantizer.quantize(x, { width: from, min: minOf.get(x) })
      const one = graph.floats([1], [])
      const inputs = [rows.values, weight(matrix, [from, to]), one, weight(scaleName(matrix), [to])]
      if (rows.zeroPoint !== undefined) inputs.push(rows.zeroPoint)
      const products = graph.microsoftOp('MatMulIntegerToFloat', inputs) // (rows, to)

      // ONNX Runtime adds these constant vectors when it loads the graph.
      const gainedResidual = residual === undefined ? undefined : gainedRows.get(residual)
      const vectors = [
        bias ? weight(`${name}.bias`, [to]) : undefined,
        isBalanced && !ignoresOffset ? weight(offsetName(matrix), [to]) : undefined,
        gainedResidual?.bias,
      ].filter((vector) => vector !== undefined)
      const addends = [graph.op('Mul', [products, rows.scale])]
      if (vectors.length > 0) addends.push(add(vectors))
      if (residual !== undefined) addends.push(gainedResidual?.unbiased ?? residual)
      return add(addends)
    },
    layerNorm(name, x, normOptions) {
      const { width, epsilon, bias: hasBias = true } = normOptions
      if (!has(gainName(name))) return plain(name, x, normOptions)
      const gain = weight(gainName(name), [width])
      const bias = hasBias ? weight(`${name}.bias`, [width]) : undefined
      const gained = normalize(graph, [x, gain], epsilon)
      const ratio = graph.op('Div', [weight(`${name}.weight`, [width]), gain]) // a constant, computed when the graph is loaded
      const unbiased = graph.op('Mul', [gained, ratio])
      const rows = bias === undefined ? unbiased : graph.op('Add', [unbiased, bias])
      gainedRows.set(rows, { gained, unbiased, bias })
      return rows
    },
    activation(x, name) {
      const { apply, min } = activations[name]
      const rows = apply(graph, x)
      if (min !== undefined) minOf.set(rows, min)
      return rows
    },
    lookUp: int8LookUp(options),
    keysOf: (inputIds) => paddedKeys(graph, inputIds),
  }
}

/** Layers of q8 in blocks: 8-bit matrices times float activations, because GPUs compute floats fast enough. */
function blockLayers(options: LinearLayersOptions): LinearLayers {
  const { graph, weight } = options
  const accuracyLevel = 1 // float32
  return {
    ...floatLayers(options),
    linear(name, x, { from, to, bias = true, residual }) {
      const matrix = `${name}.weight`
      const shapes = blockShapes([to, from])
      const inputs = [x, weight(matrix, shapes.values), weight(scaleName(matrix), shapes.scales)]
      const attributes = { K: from, N: to, bits: 8, block_size: blockSize, accuracy_level: accuracyLevel }
      const products = graph.microsoftOp('MatMulNBits', inputs, attributes) // (rows, to)
      const rows = bias ? graph.op('Add', [products, weight(`${name}.bias`, [to])]) : products
      return residual === undefined ? rows : graph.op('Add', [rows, residual])
    },
    lookUp: int8LookUp(options),
  }
}

/** Looks up rows of 8-bit numbers, with a scale for each row. */
function int8LookUp({ graph, weight }: LinearLayersOptions): LinearLayers['lookUp'] {
  return (name, ids, { rows, width }) => {
    const numbers = graph.op('Gather', [weight(`${name}.weight`, [rows, width]), ids]) // (..., width)
    const scales = graph.op('Gather', [weight(scaleName(`${name}.weight`), [rows]), ids]) // (...)
    const floats = graph.op('Cast', [numbers], { to: onnxDataType.float32 })
    return graph.op('Mul', [floats, graph.op('Unsqueeze', [scales, graph.ints([-1])])])
  }
}
