/** Start here: makes the blocks of encoders as steps of a plan. */

import type { HiddenAct } from '../model/activation-names.js'
import type { Encoder } from '../model/encoder.js'
import type { EmbeddingTable, EncoderBlocks, LinearSize } from '../model/encoder-blocks.js'
import { inverseFrequencies, type RotaryAngles } from '../model/rotary-angles.js'
import type { Weights } from '../model/weights.js'
import { type ActivationKernel, activationKernels } from './activation-kernels.js'
import { assignSlots } from './assign-slots.js'
import { checkWeightBytes } from './memory-limit.js'
import type {
  ParameterForm,
  Plan,
  PlannedConstant,
  PlannedParameter,
  PlannedTable,
  RowsRef,
  Step,
} from './plan.js'

/** Address of the first weight. The memory before it is for `control.ts`. */
export const weightsStart = 1024

/** The kernel of each function of `config.json`. Several names are one function. */
const kernelsByName: Readonly<Record<HiddenAct, ActivationKernel>> = {
  gelu: 'gelu',
  gelu_python: 'gelu',
  gelu_10: 'gelu10',
  gelu_new: 'geluTanh',
  gelu_fast: 'geluTanh',
  gelu_accurate: 'geluTanh',
  gelu_pytorch_tanh: 'geluTanh',
  gelu_python_tanh: 'geluTanh',
  quick_gelu: 'quickGelu',
  relu: 'relu',
  relu2: 'relu2',
  relu6: 'relu6',
  leaky_relu: 'leakyRelu',
  silu: 'silu',
  swish: 'silu',
  mish: 'mish',
  tanh: 'tanh',
  sigmoid: 'sigmoid',
  linear: 'none',
}

/** Larger than every distance of two tokens. */
const noWindow = 1 << 30

/** Throws the errors of {@link Weights.get} when the checkpoint does not fit its config. */
export function planEncoder(encoder: Encoder, weights: Weights): Plan {
  const { maxTokens, hiddenSize } = encoder
  const steps: Step[] = []
  const rowBytes: number[] = []
  const memory = createWeightMemory(weights)
  let padTokenId: number | undefined

  function newValue(bytes: number): RowsRef {
    const stride = Math.ceil(bytes / 32) * 32
    return { value: rowBytes.push(stride) - 1, offset: 0, stride }
  }
  const newRows = (width: number) => newValue(4 * width)

  function plannedTable({ name, rows, index }: EmbeddingTable, width: number): PlannedTable {
    const parameter = `${name}.weight`
    const isQuantized = weights.get(parameter, [rows, width]).dtype === 'I8'
    if (typeof index === 'object') padTokenId = index.afterPadding
    return {
      rows,
      address: memory.add(parameter, [rows, width], { type: isQuantized ? 'int8' : 'floats' }),
      scales: isQuantized ? memory.add(`${parameter}.scale`, [rows], { type: 'floats' }) : undefined,
      index: typeof index === 'object' ? 'afterPadding' : index,
    }
  }

  /** The input as 16-bit numbers, quantised once for all matrices that multiply it. */
  const quantized = new Map<string, RowsRef>()
  function quantize(input: RowsRef, width: number): RowsRef {
    const key = JSON.stringify(input)
    const known = quantized.get(key)
    if (known) return known
    const output = newValue(2 * width + 8) // with the scale
    steps.push({ type: 'quantize', input, width, largest: largestActivation(width), output })
    quantized.set(key, output)
    return output
  }

  function linear(name: string, x: RowsRef, { from, to, bias = true, residual }: LinearSize<RowsRef>) {
    const parameter = `${name}.weight`
    const isQuantized = weights.get(parameter, [to, from]).dtype === 'I8'
    const common = {
      from,
      to,
      weight: memory.add(parameter, [to, from], { type: isQuantized ? 'int8Panels' : 'panels' }),
      bias: bias ? memory.add(`${name}.bias`, [to], { type: 'floats' }) : memory.zeros(to),
      activation: 0,
      residual,
    }
    if (!isQuantized) {
      const output = newRows(to)
      steps.push({ type: 'linear', input: x, ...common, output })
      return output
    }
    const scales = memory.add(`${parameter}.scale`, [to], { type: 'floats' })
    const output = newRows(to)
    steps.push({ type: 'linearInt8', input: quantize(x, from), scales, ...common, output })
    return output
  }

  const angles = new Map<string, { readonly cos: number; readonly sin: number }>()
  function anglesOf(options: RotaryAngles) {
    const key = JSON.stringify(options)
    const { cos, sin } = angles.get(key) ?? addAngles(options, memory)
    angles.set(key, { cos, sin })
    return { cos, sin }
  }

  const elementwise = (type: 'add' | 'multiply') => (a: RowsRef, b: RowsRef, width: number) => {
    const output = newRows(width)
    steps.push({ type, inputs: [a, b], width, output })
    return output
  }

  const blocks: EncoderBlocks<SizedRows> = {
    embeddings(tables, width) {
      const output = newRows(width)
      steps.push({
        type: 'embeddings',
        tables: tables.map((table) => plannedTable(table, width)),
        width,
        output,
      })
      return { ...output, width }
    },
    linear: (name, x, size) => ({
      ...linear(name, refOf(x), { ...size, residual: size.residual && refOf(size.residual) }),
      width: size.to,
    }),
    layerNorm(name, x, { width, epsilon, bias = true }) {
      const weight = memory.add(`${name}.weight`, [width], { type: 'floats' })
      const offset = bias ? memory.add(`${name}.bias`, [width], { type: 'floats' }) : memory.zeros(width)
      const output = newRows(width)
      steps.push({ type: 'layerNorm', input: refOf(x), width, weight, bias: offset, epsilon, output })
      return { ...output, width }
    },
    activation(x, name) {
      const activation = activationKernels.indexOf(kernelsByName[name])
      const last = steps.at(-1)
      if (
        (last?.type === 'linear' || last?.type === 'linearInt8') &&
        last.output.value === x.value &&
        x.width === last.to &&
        !last.residual
      ) {
        // Applied to each tile of the product while it is cached. No architecture needs the product too.
        steps[steps.length - 1] = { ...last, activation }
        return x
      }
      const output = newRows(x.width)
      steps.push({ type: 'activation', input: refOf(x), width: x.width, activation, output })
      return { ...output, width: x.width }
    },
    add: (a, b) => ({ ...elementwise('add')(refOf(a), refOf(b), a.width), width: a.width }),
    multiply: (a, b) => ({ ...elementwise('multiply')(refOf(a), refOf(b), a.width), width: a.width }),
    splitColumns: (x, { width, parts }) =>
      Array.from({ length: parts }, (_, part) => ({ ...x, offset: x.offset + 4 * width * part, width })),
    rotate(x, options) {
      const output = newRows(x.width)
      const { headSize } = options
      steps.push({
        type: 'rotate',
        input: refOf(x),
        heads: x.width / headSize,
        half: headSize / 2,
        ...anglesOf(options),
        output,
      })
      return { ...output, width: x.width }
    },
    attention({ query, key, value }, { heads, window = noWindow, relativeBias }) {
      const output = newRows(hiddenSize)
      const bias = relativeBias
        ? memory.add(relativeBias.name, [relativeBias.rows, heads], {
            type: 'distances',
            maxTokens,
            ...relativeBias,
          })
        : 0
      steps.push({
        type: 'attention',
        query: refOf(query),
        key: refOf(key),
        value: refOf(value),
        heads,
        headSize: hiddenSize / heads,
        window,
        bias,
        maxTokens,
        output,
      })
      return { ...output, width: hiddenSize }
    },
  }

  const output = refOf(encoder.lastHiddenState(blocks, encoder))
  return {
    hiddenSize,
    steps,
    output,
    ...assignSlots({ steps, rowBytes, output }),
    ...memory.finish(),
    padTokenId,
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

interface SizedRows extends RowsRef {
  /** Number of columns. */
  readonly width: number
}

function refOf({ value, offset, stride }: RowsRef): RowsRef {
  return { value, offset, stride }
}

/**
 * The largest 16-bit number for activations: sums of `terms` products with 8-bit weights stay below 2^31. These are 13
 * bits for 4,096 terms, and all 16 for up to 516.
 */
export function largestActivation(terms: number): number {
  return Math.min(32_767, Math.floor((2 ** 31 - 1) / (127 * terms)))
}

/** Assigns addresses to parameters and constants. Each begins at a multiple of 64, with room for reading beyond it. */
function createWeightMemory(weights: Weights) {
  const parameters = new Map<string, PlannedParameter>()
  const constants: PlannedConstant[] = []
  const zeros = new Map<number, number>()
  let end = weightsStart
  function allocate(bytes: number): number {
    const address = end
    end = Math.ceil((end + bytes + slackBytes) / 64) * 64
    return address
  }
  return {
    add(name: string, shape: readonly number[], form: ParameterForm): number {
      const known = parameters.get(name)
      if (known) return known.address
      const tensor = weights.get(name, shape)
      const address = allocate(bytesOf(form, shape))
      parameters.set(name, { address, form, tensor })
      return address
    },
    addConstant(values: Float32Array): number {
      const address = allocate(values.byteLength)
      constants.push({ address, values })
      return address
    },
    /** New memory is 0. */
    zeros(count: number): number {
      const address = zeros.get(count) ?? allocate(4 * Math.ceil(count / 8) * 8)
      zeros.set(count, address)
      return address
    },
    finish: () => ({ parameters: [...parameters.values()], constants, weightsEnd: end }),
  }
}

/** Number of bytes that kernels may read or write behind a parameter, see `packing.ts`. */
const slackBytes = 128

function bytesOf(form: ParameterForm, shape: readonly number[]): number {
  const [rows = 1, width = 1] = shape
  switch (form.type) {
    case 'panels':
      return Math.ceil(rows / 8) * 8 * width * 4
    case 'int8Panels':
      return Math.ceil(rows / 8) * 8 * Math.ceil(width / 2) * 2
    case 'floats':
      return 4 * rows * width
    case 'int8':
      return rows * width
    case 'distances':
      return 4 * width * (2 * form.maxTokens - 1)
  }
}

/** Computes the angles of all positions: [maxTokens][headSize / 2]. Rounds to float32 where PyTorch does. */
function addAngles(options: RotaryAngles, memory: ReturnType<typeof createWeightMemory>) {
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
