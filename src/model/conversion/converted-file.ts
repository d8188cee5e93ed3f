/**
 * The file in which converted weights are kept, quantised ones above all: safetensors again, made from the published file
 * in one pass, of which only a few rows are in memory at a time.
 *
 * Its last tensor is a seal, a checksum of the header: whoever finds it in its place knows that the file was written to
 * its end.
 */

import { nextTask } from '../../async/next-task.js'
import { BertEmbedError } from '../../errors.js'
import { freeMemory } from '../../free-memory.js'
import {
  readSafetensorsHeader,
  type SafetensorsFile,
  type SafetensorsTensor,
} from '../safetensors/safetensors.js'
import { writeSafetensorsHeader } from '../safetensors/safetensors-writer.js'
import { checkWeight, findTensor } from '../weights.js'
import { balancedMatrices, createGains } from './balanced-conversion.js'
import { momentParameters } from './channel-moments.js'
import type { EncoderParameter, EncoderTrace } from './encoder-trace.js'
import { widenBfloat16, widenFloat16 } from './half-floats.js'
import { balancedInt8Matrix } from './int8-forms.js'
import { bytesOf, gainName, type WeightForm } from './weight-form.js'
import { type ConvertedDtype, weightForms } from './weight-forms.js'

export interface ConversionOptions {
  readonly trace: EncoderTrace
  readonly dtype: ConvertedDtype
}

/** A file whose weights are converted. */
export interface OriginalWeights extends SafetensorsFile {
  /** Reads ranges that lie further on, in their order, where `read` goes forwards only. */
  readAhead?(ranges: readonly (readonly [start: number, end: number])[]): Promise<readonly Uint8Array[]>
}

/** A file that is still to be made. */
export interface ConvertedFile {
  readonly byteLength: number
  /** The bytes, from the first to the last; each chunk is there until the next one is asked for. */
  readonly chunks: AsyncIterable<Uint8Array>
}

/** Raised when what was kept before would not do any more: it is then made anew. */
export const convertedFileVersion = 2

/** Bytes of the original that are read and quantised at once: about 2 ms of work, and little memory. */
const blockBytes = 1 << 20

const checksumName = 'seal'
const checksumBytes = 8

/**
 * Plans the quantised form of a safetensors file. Tensors that are no parameters of the encoder are left out.
 *
 * @param original `read` is called forwards only, for each byte at most once, so that a download can be one.
 * @throws {BertEmbedError} `INVALID_SAFETENSORS`, `INVALID_WEIGHTS`; as its chunks are taken `INVALID_WEIGHTS` for a value that is not finite.
 */
export async function convertFile(
  original: OriginalWeights,
  { trace, dtype }: ConversionOptions,
): Promise<ConvertedFile> {
  const { tensors } = await readSafetensorsHeader(original)
  const hasTensor = (name: string) => findTensor(tensors, name, trace.prefix) !== undefined
  const normOf = dtype === 'q8' ? balancedMatrices(trace, hasTensor) : new Map<string, string>()
  const gains = normOf.size > 0 ? createGains(trace) : undefined
  const parts: Part[] = []
  for (const [name, { shape, role }] of trace.parameters) {
    const tensor = findTensor(tensors, name, trace.prefix)
    if (!tensor) continue // in another shard
    checkWeight({ ...tensor, file: original.path }, shape)
    const norm = normOf.get(name)
    const form =
      gains && norm !== undefined ? balancedInt8Matrix(() => gains.normOf(norm)) : weightForms[dtype][role]
    parts.push({ name, shape, role, tensor, form })
  }
  parts.sort((a, b) => a.tensor.byteOffset - b.tensor.byteOffset)
  const withGains = addGains(parts, { normOf, trace })

  const entries = withGains.flatMap(({ name, shape, form, norm }) => [
    ...(norm === undefined ? [] : [gainEntry(norm, trace)]),
    ...form.entries(name, shape),
  ])
  const seal = { name: checksumName, dtype: 'U8', shape: [checksumBytes] } as const
  const { header, byteLength } = writeSafetensorsHeader([...entries, seal], metadataOf(dtype))
  const late = lateParts(parts, { normOf, trace })
  return { byteLength, chunks: convertedChunks(original, { header, parts: withGains, late, gains }) }
}

/** Whether a file that was kept is one of ours, of this dtype and version, and whole. */
export async function isConvertedFile(file: SafetensorsFile, dtype: ConvertedDtype): Promise<boolean> {
  try {
    const { tensors, metadata } = await readSafetensorsHeader(file)
    const seal = tensors.get(checksumName)
    const expected = metadataOf(dtype)
    if (!seal || Object.entries(expected).some(([key, value]) => metadata[key] !== value)) return false
    const dataStart = Math.min(...Array.from(tensors.values(), ({ byteOffset }) => byteOffset))
    const header = await file.read(0, dataStart)
    const bytes = await file.read(seal.byteOffset, seal.byteOffset + seal.byteLength)
    return checksumOf(header).every((byte, index) => byte === bytes[index])
  } catch (error) {
    if (error instanceof BertEmbedError && error.code === 'INVALID_SAFETENSORS') return false
    throw error
  }
}

/** A tensor of the original and what becomes of it. */
interface Part {
  readonly name: string
  readonly shape: readonly number[]
  readonly role: EncoderParameter['role']
  readonly tensor: SafetensorsTensor
  readonly form: WeightForm
  /** The LayerNorm whose gains come before it: the first of the matrices that it belongs to has them. */
  readonly norm?: string | undefined
}

interface Balancing {
  readonly normOf: ReadonlyMap<string, string>
  readonly trace: EncoderTrace
}

function addGains(parts: readonly Part[], { normOf }: Balancing): readonly Part[] {
  const written = new Set<string>()
  return parts.map((part) => {
    const norm = normOf.get(part.name)
    if (norm === undefined || written.has(norm)) return part
    written.add(norm)
    return { ...part, norm }
  })
}

function gainEntry(norm: string, { norms }: EncoderTrace) {
  return { name: gainName(norm), dtype: 'F32', shape: [norms.get(norm)!.width] } as const
}

/**
 * The small parameters that a matrix depends on and that lie behind it. Files are in the order of the names, in which the
 * layers 10 and 11 come before layer 2.
 */
function lateParts(parts: readonly Part[], { normOf, trace }: Balancing): readonly Part[] {
  const late = new Set<Part>()
  const byName = new Map(parts.map((part) => [part.name, part]))
  for (const [matrix, norm] of normOf) {
    const { byteOffset } = byName.get(matrix)!.tensor
    for (const name of momentParameters(norm, trace)) {
      const part = byName.get(name)
      if (part && part.tensor.byteOffset > byteOffset) late.add(part)
    }
  }
  return [...late].sort((a, b) => a.tensor.byteOffset - b.tensor.byteOffset)
}

function metadataOf(dtype: ConvertedDtype): Record<string, string> {
  return { producer: 'bert-embed', dtype, version: `${convertedFileVersion}` }
}

interface Conversion {
  readonly header: Uint8Array
  readonly parts: readonly Part[]
  readonly late: readonly Part[]
  /** Where matrices are balanced. */
  readonly gains: ReturnType<typeof createGains> | undefined
}

async function* convertedChunks(original: OriginalWeights, { header, parts, late, gains }: Conversion) {
  yield header
  if (gains && late.length > 0) await addLate(original, late, gains)
  for (const { name, shape, role, tensor, form, norm } of parts) {
    if (gains && norm !== undefined) yield bytesOf(Float32Array.from(gains.normOf(norm).gain))
    const packer = form.createPacker(shape, `${original.path}: ${name}`)
    for await (const rows of floatRows(original, tensor)) {
      if (role !== 'matrix') gains?.add(name, rows, shape)
      const bytes = packer.add(rows)
      if (bytes) yield* lend(bytes)
    }
    for (const bytes of packer.finish()) yield* lend(bytes)
  }
  yield checksumOf(header)
}

async function addLate(
  original: OriginalWeights,
  late: readonly Part[],
  gains: ReturnType<typeof createGains>,
) {
  const ranges = late.map(({ tensor }) => [tensor.byteOffset, tensor.byteOffset + tensor.byteLength] as const)
  const readAll = () => Promise.all(ranges.map(([start, end]) => original.read(start, end)))
  const bytes = await (original.readAhead ? original.readAhead(ranges) : readAll())
  for (const [index, { name, tensor, shape }] of late.entries())
    gains.add(name, toFloat32(bytes[index]!, tensor.dtype), shape)
}

/** Whoever takes the bytes has made something of them by the time that more are asked for. */
function* lend(bytes: Uint8Array<ArrayBuffer>) {
  yield bytes
  freeMemory([bytes.buffer])
}

/** The tensor's rows as float32, some whole rows at a time. A list of numbers is one row. */
async function* floatRows(
  original: SafetensorsFile,
  { byteOffset, byteLength, dtype, shape }: SafetensorsTensor,
) {
  const rowBytes = byteLength / (shape.length > 1 ? shape[0]! : 1)
  const step = rowBytes * Math.max(1, Math.floor(blockBytes / rowBytes))
  for (let start = 0; start < byteLength; start += step) {
    const end = Math.min(byteLength, start + step)
    await nextTask() // files in memory are read without one
    yield toFloat32(await original.read(byteOffset + start, byteOffset + end), dtype)
  }
}

/** Copies only what lies askew in its memory. */
function toFloat32(bytes: Uint8Array, dtype: string): Float32Array {
  const width = dtype === 'F32' ? 4 : 2
  const { buffer, byteOffset, byteLength } = bytes.byteOffset % width === 0 ? bytes : new Uint8Array(bytes)
  if (dtype === 'F32') return new Float32Array(buffer, byteOffset, byteLength / 4)
  const widened = new Float32Array(byteLength / 2)
  const widen = dtype === 'F16' ? widenFloat16 : widenBfloat16
  widen(new Uint16Array(buffer, byteOffset, byteLength / 2), widened)
  return widened
}

/** FNV-1a of the header from two beginnings (http://www.isthe.com/chongo/tech/comp/fnv/). */
function checksumOf(header: Uint8Array): Uint8Array {
  const hash = (basis: number) => header.reduce((sum, byte) => Math.imul(sum ^ byte, 0x01000193), basis)
  const seal = new DataView(new ArrayBuffer(checksumBytes))
  seal.setInt32(0, hash(0x811c9dc5), true)
  seal.setInt32(4, hash(0), true)
  return new Uint8Array(seal.buffer)
}
