/**
 * Balancing during the conversion of a file: which matrices are balanced, and the gains of the LayerNorms before them.
 * `balanced-rows.ts` has the arithmetic.
 */

import { BertEmbedError } from '../../errors.js'
import type { SafetensorsFile, SafetensorsTensor } from '../safetensors/safetensors.js'
import type { SafetensorsEntry } from '../safetensors/safetensors-writer.js'
import { type GainedNorm, gainsOf } from './balanced-rows.js'
import {
  createColumnMoments,
  type KnownParameters,
  type Moments,
  momentParameters,
  normalizedMoments,
} from './channel-moments.js'
import type { EncoderTrace } from './encoder-trace.js'
import { toFloat32 } from './half-floats.js'
import { gainName } from './weight-form.js'

/** A file whose weights are converted. */
export interface OriginalWeights extends SafetensorsFile {
  /** Reads ranges further on in the file, in their order, for a file whose `read` only goes forwards. */
  readAhead?(ranges: readonly (readonly [start: number, end: number])[]): Promise<readonly Uint8Array[]>
}

/** A parameter and its tensor in that file. */
export interface OriginalParameter {
  readonly name: string
  readonly shape: readonly number[]
  readonly tensor: SafetensorsTensor
}

/** The LayerNorm whose output each matrix multiplies, for matrices whose parameters are all in the file. */
export function balancedMatrices(
  trace: EncoderTrace,
  hasTensor: (name: string) => boolean,
): ReadonlyMap<string, string> {
  const normOf = new Map<string, string>()
  for (const [norm, { hasBias, matrices }] of trace.norms) {
    const parameters = [`${norm}.weight`, ...(hasBias ? [`${norm}.bias`] : []), ...matrices]
    // Each shard of a checkpoint is converted alone, so the gains of matrices in several shards could not agree.
    if (parameters.every(hasTensor)) for (const matrix of matrices) normOf.set(matrix, norm)
  }
  return normOf
}

/** Collects parameters as they are read, and computes gains from those collected so far. */
export function createGains(trace: EncoderTrace) {
  const vectors = new Map<string, Float32Array>()
  const columns = new Map<string, ReturnType<typeof createColumnMoments>>()
  const norms = new Map<string, GainedNorm>()
  const known: KnownParameters = {
    values: (name) => vectors.get(name),
    columns: (name): Moments | undefined => columns.get(name)?.moments(),
  }
  return {
    /** Adds whole rows of a parameter; a parameter with one dimension has to come in one call. */
    add(name: string, rows: Float32Array, shape: readonly number[]): void {
      if (shape.length === 1) vectors.set(name, Float32Array.from(rows))
      if (shape.length !== 2) return
      const moments = columns.get(name) ?? createColumnMoments(shape[1]!)
      columns.set(name, moments)
      moments.add(rows)
    },
    /** @throws {BertEmbedError} `INVALID_WEIGHTS` for a LayerNorm with a value that is not finite. */
    normOf(norm: string): GainedNorm {
      const made = norms.get(norm) ?? make(norm)
      norms.set(norm, made)
      return made
    },
  }

  function make(norm: string): GainedNorm {
    const weight = vectors.get(`${norm}.weight`)!
    const bias = vectors.get(`${norm}.bias`)
    if (!weight.every(Number.isFinite) || bias?.every(Number.isFinite) === false)
      throw new BertEmbedError(
        'INVALID_WEIGHTS',
        `The LayerNorm ${norm} holds a value that is NaN or infinite; its output cannot be quantised.`,
      )
    return { weight, bias, gain: gainsOf(weight, normalizedMoments(norm, trace, known)) }
  }
}

/** Adds to the first matrix of each LayerNorm the norm whose gains are written before it. */
export function withGains<P extends OriginalParameter>(
  parameters: readonly P[],
  normOf: ReadonlyMap<string, string>,
): readonly (P & { readonly norm?: string })[] {
  const written = new Set<string>()
  return parameters.map((parameter) => {
    const norm = normOf.get(parameter.name)
    if (norm === undefined || written.has(norm)) return parameter
    written.add(norm)
    return { ...parameter, norm }
  })
}

export function gainEntry(norm: string, { norms }: EncoderTrace): SafetensorsEntry {
  return { name: gainName(norm), dtype: 'F32', shape: [norms.get(norm)!.width] }
}

/**
 * The small parameters that a matrix depends on and that come after it in the file. Files are sorted by the tensors'
 * names, so layers 10 and 11 come before layer 2.
 */
export function parametersBehind(
  parameters: readonly OriginalParameter[],
  normOf: ReadonlyMap<string, string>,
  trace: EncoderTrace,
): readonly OriginalParameter[] {
  const behind = new Set<OriginalParameter>()
  const byName = new Map(parameters.map((parameter) => [parameter.name, parameter]))
  for (const [matrix, norm] of normOf) {
    const { byteOffset } = byName.get(matrix)!.tensor
    for (const name of momentParameters(norm, trace)) {
      const parameter = byName.get(name)
      if (parameter && parameter.tensor.byteOffset > byteOffset) behind.add(parameter)
    }
  }
  return [...behind].sort((a, b) => a.tensor.byteOffset - b.tensor.byteOffset)
}

/** Reads those parameters ahead of the rest of the file, and adds them to the gains. */
export async function readBehind(
  original: OriginalWeights,
  behind: readonly OriginalParameter[],
  gains: ReturnType<typeof createGains>,
): Promise<void> {
  const ranges = behind.map(
    ({ tensor }) => [tensor.byteOffset, tensor.byteOffset + tensor.byteLength] as const,
  )
  const readAll = () => Promise.all(ranges.map(([start, end]) => original.read(start, end)))
  const bytes = await (original.readAhead ? original.readAhead(ranges) : readAll())
  for (const [index, { name, tensor, shape }] of behind.entries())
    gains.add(name, toFloat32(bytes[index]!, tensor.dtype), shape)
}
