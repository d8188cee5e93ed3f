/** The form of a parameter in a file of converted weights: the tensors it becomes, and how its values are packed. */

import { BertEmbedError } from '../../errors.js'
import type { SafetensorsEntry } from '../safetensors/safetensors-writer.js'
import { narrowFloat16 } from './half-floats.js'

export interface WeightForm {
  /** Tensors that the parameter `name` becomes, in the order of their bytes. */
  entries(name: string, shape: readonly number[]): readonly SafetensorsEntry[]
  /** @param what Name of the parameter in error messages. */
  createPacker(shape: readonly number[], what: string): WeightPacker
}

export interface WeightPacker {
  /**
   * Takes the next rows, whole ones, and returns the bytes that are final. They do not share memory with other bytes.
   *
   * @throws {BertEmbedError} `INVALID_WEIGHTS` for a value that is not finite, if it would spoil other values.
   */
  add(rows: Float32Array): Uint8Array<ArrayBuffer> | undefined
  /** Returns all remaining bytes. They do not share memory with other bytes. */
  finish(): readonly Uint8Array<ArrayBuffer>[]
}

/** Name of the tensor with a parameter's scales. */
export function scaleName(name: string): string {
  return `${name}.scale`
}

/** Name of the tensor with a balanced matrix's offset: the vector that is added to every row of its product. */
export function offsetName(name: string): string {
  return `${name}.offset`
}

/** Name of the tensor with the gains of a LayerNorm that balanced matrices follow. */
export function gainName(norm: string): string {
  return `${norm}.gain`
}

/** @throws {BertEmbedError} `INVALID_WEIGHTS` */
export function checkScales(scales: Float32Array, what: string): void {
  const found = scales.find((scale) => !Number.isFinite(scale))
  if (found === undefined) return
  const value = Number.isNaN(found) ? 'NaN' : 'infinite'
  throw new BertEmbedError(
    'INVALID_WEIGHTS',
    `${what} holds a value that is ${value}; it cannot be quantised.`,
  )
}

export function bytesOf({
  buffer,
  byteOffset,
  byteLength,
}: ArrayBufferView<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer, byteOffset, byteLength)
}

export const float32: WeightForm = {
  entries: (name, shape) => [{ name, dtype: 'F32', shape }],
  createPacker: () => ({ add: (rows) => bytesOf(new Float32Array(rows)), finish: () => [] }),
}

export const float16: WeightForm = {
  entries: (name, shape) => [{ name, dtype: 'F16', shape }],
  createPacker: () => ({
    add(rows) {
      const bits = new Uint16Array(rows.length)
      narrowFloat16(rows, bits)
      return bytesOf(bits)
    },
    finish: () => [],
  }),
}
