/** Start here: turns an encoder into a plan. Implements the blocks that architectures call as steps of kernels. */

import type { Encoder } from '../model/encoder.js'
import type { EmbeddingTable, EncoderBlocks, LinearSize } from '../model/encoder-blocks.js'
import { inverseFrequencies, type RotaryAngles } from '../model/rotary-angles.js'
import type { Weights } from '../model/weights.js'
import { activationKernels, kernelsByName } from './activation-kernels.js'
import { assignSlots } from './assign-slots.js'
import { checkWeightBytes } from './memory-limit.js'
import { activationBytes, maxActivation } from './panels.js'
import type { Plan, PlannedTable, RowsRef, Step } from './plan.js'
import { createWeightMemory, type WeightMemory } from './weight-memory.js'

/** Larger than every distance of two tokens. */
const noWindow = 1 << 30

/** Throws the errors of {@link Weights.get} when the checkpoint does not fit its config. */
export function planEncoder(encoder: Encoder, weights: Weights): Plan {
  const memory = createWeightMemory(weights)
  const steps: Step[] = []
  const rowBytes: number[] = []
  let padTokenId: number | undefined

  /** A new intermediate value. */
  function newRows(width: number, bytes = 4 * width): RowsRef {
    const stride = Math.ceil(bytes / 32) * 32
    return { value: rowBytes.push(stride) - 1, width, offset: 0, stride }
  }
  function isInt8(parameter: string, shape: readonly number[]): boolean {
    return weights.get(parameter, shape).dtype === 'I8'
  }
  function floats(name: string, count: number): number {
    return memory.add(name, [count], { type: 'floats' })
  }
  function add<S extends Step>(step: S): RowsRef {
    steps.push(step)
    return step.output
  }

  function plannedTable({ name, rows, index }: EmbeddingTable, width: number): PlannedTable {
    const parameter = `${name}.weight`
    const shape = [rows, width]
    const isAfterPadding = typeof index === 'object'
    if (isAfterPadding) padTokenId = index.afterPadding
    const common = { rows, index: isAfterPadding ? ('afterPadding' as const) : index }
    return isInt8(parameter, shape)
      ? {
          ...common,
          address: memory.add(parameter, shape, { type: 'int8' }),
          scales: floats(`${parameter}.scale`, rows),
        }
      : { ...common, address: memory.add(parameter, shape, { type: 'floats' }), scales: undefined }
  }

  /** The input as whole numbers, quantised once for all matrices that multiply it. */
  const quantized = new Map<string, RowsRef>()
  function quantize(input: RowsRef): RowsRef {
    const key = JSON.stringify(input)
    const { width } = input
    const output =
      quantized.get(key) ??
      add({
        type: 'quantize',
        input,
        largest: largestActivation(width),
        output: newRows(width, activationBytes(width)),
      })
    quantized.set(key, output)
    return output
  }

  function linear(name: string, x: RowsRef, size: LinearSize<RowsRef>): RowsRef {
    const { from, to, bias = true, residual } = size
    const parameter = `${name}.weight`
    const shape = [to, from]
    const common = {
      bias: bias ? floats(`${name}.bias`, to) : memory.zeros(to),
      activation: 0,
      residual,
    }
    if (!isInt8(parameter, shape)) {
      const weight = memory.add(parameter, shape, { type: 'panels' })
      return add({ type: 'linear', input: x, weight, ...common, output: newRows(to) })
    }
    const weight = memory.add(parameter, shape, { type: 'int8Panels' })
    const scales = floats(`${parameter}.scale`, to)
    const input = quantize(x)
    return add({ type: 'linearInt8', input, weight, scales, ...common, output: newRows(to) })
  }

  function activation(x: RowsRef, kernel: number): RowsRef {
    const last = steps.at(-1)
    const isLinear = last?.type === 'linear' || last?.type === 'linearInt8'
    if (!isLinear || last.output !== x || last.residual)
      return add({ type: 'activation', input: x, activation: kernel, output: newRows(x.width) })
    // Applied to each tile of the product while it is cached. No architecture needs the product too.
    steps[steps.length - 1] = { ...last, activation: kernel }
    return x
  }

  const angles = new Map<string, Angles>()
  function anglesOf(options: RotaryAngles): Angles {
    const key = JSON.stringify(options)
    const known = angles.get(key) ?? addAngles(options, memory)
    angles.set(key, known)
    return known
  }

  const blocks: EncoderBlocks<RowsRef> = {
    embeddings(tables, width) {
      const planned = tables.map((table) => plannedTable(table, width))
      return add({ type: 'embeddings', tables: planned, output: newRows(width) })
    },
    linear,
    layerNorm(name, x, { width, epsilon, bias = true }) {
      const weight = floats(`${name}.weight`, width)
      const offset = bias ? floats(`${name}.bias`, width) : memory.zeros(width)
      return add({ type: 'layerNorm', input: x, weight, bias: offset, epsilon, output: newRows(width) })
    },
    activation: (x, name) => activation(x, activationKernels.indexOf(kernelsByName[name])),
    add: (a, b) => add({ type: 'add', inputs: [a, b], output: newRows(a.width) }),
    multiply: (a, b) => add({ type: 'multiply', inputs: [a, b], output: newRows(a.width) }),
    splitColumns: (x, { width, parts }) =>
      Array.from({ length: parts }, (_, part) => ({ ...x, width, offset: x.offset + 4 * width * part })),
    rotate(x, options) {
      const { headSize } = options
      return add({ type: 'rotate', input: x, headSize, ...anglesOf(options), output: newRows(x.width) })
    },
    attention(rows, { heads, window = noWindow, relativeBias }) {
      const { maxTokens } = encoder
      const bias = relativeBias
        ? memory.add(relativeBias.name, [relativeBias.rows, heads], {
            type: 'distances',
            maxTokens,
            maxDistance: relativeBias.maxDistance,
            rowsByDistance: relativeBias.rowsByDistance,
          })
        : 0
      const { width } = rows.query
      const headSize = width / heads
      return add({
        type: 'attention',
        ...rows,
        heads,
        headSize,
        window,
        bias,
        maxTokens,
        output: newRows(width),
      })
    },
  }

  const output = encoder.lastHiddenState(blocks, encoder)
  return {
    hiddenSize: encoder.hiddenSize,
    padTokenId,
    steps,
    output,
    ...assignSlots({ steps, rowBytes, output }),
    ...memory.finish(),
  }
}

/**
 * Checks that the weights of an encoder fit into memory, before they are loaded. Tables of positions are not counted.
 *
 * @throws {BertEmbedError} `OUT_OF_MEMORY`
 */
export function checkPlanMemory(encoder: Encoder, dtype: string | undefined): void {
  const notLoaded: Weights = {
    get(name, shape) {
      const isInt8 = dtype === 'q8' && shape.length === 2
      return { name, shape, dtype: isInt8 ? 'I8' : 'F32', file: '', byteOffset: 0, byteLength: 0 }
    },
    has: () => true,
  }
  checkWeightBytes(planEncoder({ ...encoder, maxTokens: 1 }, notLoaded).weightsEnd)
}

/**
 * The largest number for activations: sums of `terms` products with 8-bit weights stay below 2^31. These are 14 bits with
 * the sign for up to 2,064 terms, and 13 for 4,096.
 */
export function largestActivation(terms: number): number {
  return Math.min(maxActivation, Math.floor((2 ** 31 - 1) / (127 * terms)))
}

/** Addresses of the cosines and sines of all positions. */
interface Angles {
  readonly cos: number
  readonly sin: number
}

/** Computes the angles of all positions: [maxTokens][headSize / 2]. Rounds to float32 where PyTorch does. */
function addAngles(options: RotaryAngles, memory: WeightMemory): Angles {
  const frequencies = inverseFrequencies(options)
  const tableOf = (apply: (angle: number) => number) =>
    memory.addConstant(
      Float32Array.from({ length: options.maxTokens * frequencies.length }, (_, index) => {
        const position = Math.floor(index / frequencies.length)
        return apply(Math.fround(position * frequencies[index % frequencies.length]!))
      }),
    )
  return { cos: tableOf(Math.cos), sin: tableOf(Math.sin) }
}
