/**
 * Start here: the file of converted weights, and how it is made.
 *
 * The file is a safetensors file, made from the published one in a single pass that holds only a few rows in memory.
 * `read-converted-file.ts` reads it.
 */

import { nextTask } from '../../async/next-task.js'
import { freeMemory } from '../../free-memory.js'
import {
  readSafetensorsHeader,
  type SafetensorsFile,
  type SafetensorsTensor,
} from '../safetensors/safetensors.js'
import { writeSafetensorsHeader } from '../safetensors/safetensors-writer.js'
import { checkWeight, findTensor } from '../weights.js'
import {
  balancedMatrices,
  createGains,
  gainEntry,
  type OriginalParameter,
  type OriginalWeights,
  parametersBehind,
  readBehind,
  withGains,
} from './balanced-conversion.js'
import { eightBitBlocks } from './block-forms.js'
import type { EncoderParameter, EncoderTrace } from './encoder-trace.js'
import { toFloat32 } from './half-floats.js'
import { balancedInt8Matrix, int8Matrix, int8Rows, int8Table } from './int8-forms.js'
import { type ConvertedDtype, checksumEntry, checksumOf, metadataOf } from './read-converted-file.js'
import { bytesOf, float16, float32, type WeightForm } from './weight-form.js'

type FormsByRole = Readonly<Record<EncoderParameter['role'], WeightForm>>

/** The form of each role of parameter, for every dtype that weights are converted to. */
const weightForms = {
  /** For devices that cannot read the published dtype. */
  fp32: { matrix: float32, table: float32, float: float32 },
  fp16: { matrix: float16, table: float16, float: float32 },
  q8: { matrix: int8Matrix, table: int8Table, float: float32 },
  /** q8 for devices whose kernels take blocks, such as WebGPU. */
  'q8-blocks': { matrix: eightBitBlocks, table: int8Table, float: float32 },
  /** q8 for the engine, which has activations of 13 bits or more. */
  'q8-rows': { matrix: int8Rows, table: int8Table, float: float32 },
} as const satisfies Readonly<Record<ConvertedDtype, FormsByRole>>

export interface ConversionOptions {
  readonly trace: EncoderTrace
  readonly dtype: ConvertedDtype
}

/** A converted file, made as its chunks are read. */
export interface ConvertedFile {
  readonly byteLength: number
  /** The bytes in order. A chunk is valid until the next one is requested. */
  readonly chunks: AsyncIterable<Uint8Array>
}

/** Number of bytes of the original to read and convert at once: about 2 ms of work, and little memory. */
const blockBytes = 1 << 20

/**
 * Plans the conversion of a safetensors file. Tensors that are not parameters of the encoder are left out.
 *
 * @param original Its `read` is called with increasing offsets only, for each byte at most once, so that it can be a
 * download.
 * @throws {BertEmbedError} `INVALID_SAFETENSORS`, `INVALID_WEIGHTS`; while chunks are read, `INVALID_WEIGHTS` for a
 * value that is not finite.
 */
export async function convertFile(
  original: OriginalWeights,
  { trace, dtype }: ConversionOptions,
): Promise<ConvertedFile> {
  const { tensors } = await readSafetensorsHeader(original)
  const hasTensor = (name: string) => findTensor(tensors, name, trace.prefix) !== undefined
  const normOf = dtype === 'q8' ? balancedMatrices(trace, hasTensor) : new Map<string, string>()
  const gains = normOf.size > 0 ? createGains(trace) : undefined
  const parameters: Conversion[] = []
  for (const [name, { shape, role }] of trace.parameters) {
    const tensor = findTensor(tensors, name, trace.prefix)
    if (!tensor) continue // it is in another shard
    checkWeight({ ...tensor, file: original.path }, shape)
    const norm = normOf.get(name)
    const form =
      gains && norm !== undefined ? balancedInt8Matrix(() => gains.normOf(norm)) : weightForms[dtype][role]
    parameters.push({ name, shape, role, tensor, form })
  }
  parameters.sort((a, b) => a.tensor.byteOffset - b.tensor.byteOffset)
  const conversions = withGains(parameters, normOf)
  const entries = conversions.flatMap(({ name, shape, form, norm }) => [
    ...(norm === undefined ? [] : [gainEntry(norm, trace)]),
    ...form.entries(name, shape),
  ])
  const { header, byteLength } = writeSafetensorsHeader([...entries, checksumEntry], metadataOf(dtype))
  const behind = parametersBehind(parameters, normOf, trace)
  return { byteLength, chunks: convertedChunks(original, { header, conversions, behind, gains }) }
}

/** A parameter, and the form that it is converted to. */
interface Conversion extends OriginalParameter {
  readonly role: EncoderParameter['role']
  readonly form: WeightForm
  /** The LayerNorm whose gains are written before this parameter, if any. */
  readonly norm?: string
}

interface ConvertedParts {
  readonly header: Uint8Array
  readonly conversions: readonly Conversion[]
  readonly behind: readonly OriginalParameter[]
  /** `undefined` if no matrix is balanced. */
  readonly gains: ReturnType<typeof createGains> | undefined
}

async function* convertedChunks(
  original: OriginalWeights,
  { header, conversions, behind, gains }: ConvertedParts,
) {
  yield header
  if (gains && behind.length > 0) await readBehind(original, behind, gains)
  for (const { name, shape, role, tensor, form, norm } of conversions) {
    if (gains && norm !== undefined) yield bytesOf(Float32Array.from(gains.normOf(norm).gain))
    const packer = form.createPacker(shape, `${original.path}: ${name}`)
    for await (const rows of floatRows(original, tensor)) {
      if (role !== 'matrix') gains?.add(name, rows, shape)
      const bytes = packer.add(rows)
      if (bytes) yield* yieldThenFree(bytes)
    }
    for (const bytes of packer.finish()) yield* yieldThenFree(bytes)
  }
  yield checksumOf(header)
}

/** Yields the bytes, and frees their memory when the next chunk is requested. */
function* yieldThenFree(bytes: Uint8Array<ArrayBuffer>) {
  yield bytes
  freeMemory([bytes.buffer])
}

/**
 * Yields the rows of a tensor as float32, several whole rows at a time. A tensor with one dimension is a single row.
 */
async function* floatRows(
  original: SafetensorsFile,
  { byteOffset, byteLength, dtype, shape }: SafetensorsTensor,
) {
  const rowBytes = byteLength / (shape.length > 1 ? shape[0]! : 1)
  const step = rowBytes * Math.max(1, Math.floor(blockBytes / rowBytes))
  for (let start = 0; start < byteLength; start += step) {
    const end = Math.min(byteLength, start + step)
    await nextTask() // yields to the event loop, which reading a file in memory does not
    yield toFloat32(await original.read(byteOffset + start, byteOffset + end), dtype)
  }
}
