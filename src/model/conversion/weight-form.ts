/** The form that a parameter takes in a file of converted weights: which tensors it becomes, and how its values do. */

import { BertEmbedError } from '../../errors.js'
import type { SafetensorsEntry } from '../safetensors/safetensors-writer.js'
import { narrowFloat16 } from './half-floats.js'

export interface WeightForm {
  /** The tensors that the parameter `name` becomes, in the order of their bytes. */
  entries(name: string, shape: readonly number[]): readonly SafetensorsEntry[]
  /** @param what Names the parameter in errors. */
  createPacker(shape: readonly number[], what: string): WeightPacker
}

export interface WeightPacker {
  /**
   * Takes the next rows, whole ones, and gives the bytes that are final with them, in memory of their own.
   *
   * @throws {BertEmbedError} `INVALID_WEIGHTS` for a value that is not finite, where one would spoil others.
   */
  add(rows: Float32Array): Uint8Array<ArrayBuffer> | undefined
  /** The bytes of everything that was not final before, in memory of their own. */
  finish(): readonly Uint8Array<ArrayBuffer>[]
}

/** The name of the scales of a parameter. */
export function scaleName(name: string): string {
  return `${name}.scale`
}

/** The name of what a balanced matrix lacks: the same vector, added to every row of its product. */
export function offsetName(name: string): string {
  return `${name}.offset`
}

/** The name of the gains of a LayerNorm whose rows balanced matrices multiply. */
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
