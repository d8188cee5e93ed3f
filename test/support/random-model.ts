/** Models of any architecture and size with random weights. Runs in Node and in browsers. */

import { parseEncoder } from '../../src/model/architectures/parse-encoder.js'
import { traceEncoder } from '../../src/model/conversion/encoder-trace.js'
import { narrowFloat16 } from '../../src/model/conversion/half-floats.js'
import { writeSafetensorsHeader } from '../../src/model/safetensors/safetensors-writer.js'

/** Numbers between 0 and 1 that depend on a seed only (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export interface RandomModelOptions {
  readonly seed: number
  /** @default 'F32' */
  readonly dtype?: 'F32' | 'F16' | 'BF16' | undefined
  /** Changes the values of a parameter. */
  readonly change?: ((name: string, values: Float32Array) => void) | undefined
}

/** Returns the file `model.safetensors` for a `config.json`. Values have the sizes of a trained model's. */
export async function createRandomWeights(
  config: Readonly<Record<string, unknown>>,
  { seed, dtype = 'F32', change }: RandomModelOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const { parameters } = traceEncoder(await parseEncoder(config))
  const random = createRandom(seed)
  const entries = Array.from(parameters, ([name, { shape }]) => ({ name, dtype, shape }))
  const { header, byteLength } = writeSafetensorsHeader(entries, {})
  const bytes = new Uint8Array(byteLength)
  bytes.set(header)
  let at = header.length
  for (const { name, shape } of entries) {
    const isGain = shape.length === 1 && name.endsWith('.weight')
    const size = shape.length === 1 ? 0.2 : 1.7 / Math.sqrt(shape[1]!)
    const count = shape.reduce((product, dimension) => product * dimension)
    const values = Float32Array.from({ length: count }, () => Number(isGain) + size * (2 * random() - 1))
    change?.(name, values)
    const stored = toDtype(values, dtype)
    bytes.set(stored, at)
    at += stored.length
  }
  return bytes
}

function toDtype(values: Float32Array, dtype: 'F32' | 'F16' | 'BF16'): Uint8Array {
  if (dtype === 'F32') return new Uint8Array(values.buffer)
  const bits = new Uint16Array(values.length)
  if (dtype === 'F16') narrowFloat16(values, bits)
  else bits.set(new Uint32Array(values.buffer).map((word) => word >>> 16))
  return new Uint8Array(bits.buffer)
}
