/** Copies weights from files into the memory of the kernels, in the form that the kernels read. */

import { BertEmbedError } from '../errors.js'
import { toFloat32 } from '../model/conversion/half-floats.js'
import type { WeightTensor } from '../model/weights.js'
import type { Kernels } from './execute.js'
import { int8PanelBytes, panelWidth } from './panels.js'
import type { ParameterForm, Plan, PlannedParameter } from './plan.js'

/** Reads a range of bytes of one of the model's files. */
export type ReadRange = (file: string, start: number, end: number) => Promise<Uint8Array>

export interface LoadTarget {
  readonly kernels: Kernels
  /** Makes memory up to this address available, and returns its buffer. */
  reserve(end: number): ArrayBuffer | SharedArrayBuffer
}

/** Maximum number of bytes to read at once, unless a group of rows is larger. */
const chunkBytes = 4 * 1024 * 1024

/** @throws {BertEmbedError} `INVALID_WEIGHTS` for a value that is NaN or infinite, `READ_FAILED`, `OUT_OF_MEMORY` */
export async function loadParameters(plan: Plan, readRange: ReadRange, target: LoadTarget): Promise<void> {
  const read: ReadRange = async (file, start, end) => {
    const bytes = await readRange(file, start, end)
    if (bytes.length === end - start) return bytes
    throw new BertEmbedError('READ_FAILED', `${file} ended at byte ${start + bytes.length}, before ${end}.`)
  }
  const buffer = target.reserve(plan.weightsEnd)
  for (const { address, values } of plan.constants)
    new Float32Array(buffer, address, values.length).set(values)
  // In the order of the files, which is faster from a disk.
  const parameters = [...plan.parameters].sort((a, b) => a.tensor.byteOffset - b.tensor.byteOffset)
  for (const parameter of parameters) await loadParameter(parameter, { plan, read, target })
}

interface LoadContext {
  readonly plan: Plan
  readonly read: ReadRange
  readonly target: LoadTarget
}

async function loadParameter(
  { address, form, tensor }: PlannedParameter,
  context: LoadContext,
): Promise<void> {
  const { file, byteOffset, byteLength, shape } = tensor
  const { read, target } = context
  if (form.type === 'distances') {
    const bytes = await read(file, byteOffset, byteOffset + byteLength)
    const values = distancesOf(toFloat32(bytes, tensor.dtype), shape, form)
    const memory = new Float32Array(target.reserve(0), address, values.length)
    memory.set(values)
    return checkFinite(tensor, { address, count: values.length }, context)
  }
  const rows = shape[0]!
  const rowBytes = byteLength / rows
  const rowsPerChunk = Math.max(1, Math.floor(chunkBytes / rowBytes / panelWidth)) * panelWidth
  for (let row = 0; row < rows; row += rowsPerChunk) {
    const count = Math.min(rowsPerChunk, rows - row)
    const start = byteOffset + row * rowBytes
    const bytes = await read(file, start, start + count * rowBytes)
    loadRows({ bytes, count, width: shape[1] ?? 1, row, address, form, tensor }, context)
  }
}

interface Rows {
  readonly bytes: Uint8Array
  readonly count: number
  readonly width: number
  /** Index of the first row in the parameter. */
  readonly row: number
  readonly address: number
  readonly form: ParameterForm
  readonly tensor: WeightTensor
}

function loadRows({ bytes, count, width, row, address, form, tensor }: Rows, context: LoadContext): void {
  const { kernels, reserve } = context.target
  const { dtype } = tensor
  /** Puts the bytes behind the weights, where runs later have their rows. */
  function stage(): number {
    const start = context.plan.weightsEnd
    new Uint8Array(reserve(start + bytes.length + 64), start, bytes.length).set(bytes)
    return start
  }
  function copyTo(to: number): number {
    new Uint8Array(reserve(0), to, bytes.length).set(bytes)
    return to
  }
  /** Puts the numbers, as float32, at the address, or behind the staged bytes. */
  function floatsAt(to: number | undefined): number {
    const values = count * width
    if (dtype === 'F32') {
      const at = to === undefined ? stage() : copyTo(to)
      checkFinite(tensor, { address: at, count: values }, context)
      return at
    }
    const from = stage()
    const at = to ?? Math.ceil((from + bytes.length) / 64) * 64 + 64
    reserve(at + 4 * values + 64)
    kernels[dtype === 'F16' ? 'widen_float16' : 'widen_bfloat16'](from, values, at)
    checkFinite(tensor, { address: at, count: values }, context)
    return at
  }
  switch (form.type) {
    case 'panels':
      kernels.pack(floatsAt(undefined), 4 * width, count, width, 1, address + 4 * width * row)
      break
    case 'int8Panels':
      kernels.pack_int8(stage(), count, width, address + (row / panelWidth) * int8PanelBytes(width))
      break
    case 'floats':
      floatsAt(address + 4 * width * row)
      break
    default:
      copyTo(address + width * row)
  }
}

/** @throws {BertEmbedError} `INVALID_WEIGHTS` */
function checkFinite(
  { file, name }: WeightTensor,
  { address, count }: { readonly address: number; readonly count: number },
  { target }: LoadContext,
): void {
  target.kernels.has_infinite(address, count, resultAddress)
  if (new Int32Array(target.reserve(0), resultAddress, 1)[0] === 0) return
  throw new BertEmbedError('INVALID_WEIGHTS', `${file}: ${name} holds a value that is NaN or infinite.`)
}

/** Memory before the weights that is not used otherwise. */
const resultAddress = 1020

/** A number for each head and distance, from a table [rows][heads]: float32 [heads][2 * maxTokens - 1]. */
function distancesOf(
  table: Float32Array,
  [, heads = 1]: readonly number[],
  { maxTokens, maxDistance, rowsByDistance }: ParameterForm & { type: 'distances' },
): Float32Array {
  const width = 2 * maxTokens - 1
  return Float32Array.from({ length: heads * width }, (_, index) => {
    const distance = (index % width) - (maxTokens - 1)
    const clipped = Math.max(-maxDistance, Math.min(maxDistance, distance))
    return table[rowsByDistance[clipped + maxDistance]! * heads + Math.floor(index / width)]!
  })
}
