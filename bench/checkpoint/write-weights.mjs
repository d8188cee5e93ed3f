/** Writes model.safetensors with seeded random weights, one tensor in memory at a time. */

import { closeSync, openSync, renameSync, writeSync } from 'node:fs'
import { createRandom, fillNormal } from '../random.mjs'

/** Standard deviation with which BERT's weights are initialised. */
const deviation = 0.02

/** Writes the float32 tensors of {@link listTensors}. The file gets its final name when it is complete. */
export function writeWeights(path, tensors, { seed }) {
  const partial = `${path}.part`
  const file = openSync(partial, 'w')
  writeAll(file, safetensorsHeader(tensors))
  const random = createRandom(seed)
  for (const { shape, mean } of tensors) {
    const values = new Float32Array(countValues(shape))
    fillNormal(values, { random, mean, deviation })
    writeAll(file, new Uint8Array(values.buffer))
  }
  closeSync(file)
  renameSync(partial, path)
}

/** The length of the JSON as a little-endian uint64, then the JSON, padded with spaces to a multiple of 8. */
function safetensorsHeader(tensors) {
  const entries = { __metadata__: { format: 'pt' } }
  let end = 0
  for (const { name, shape } of tensors) {
    const start = end
    end += 4 * countValues(shape)
    entries[name] = { dtype: 'F32', shape, data_offsets: [start, end] }
  }
  const json = JSON.stringify(entries)
  const padded = Buffer.from(json.padEnd(Math.ceil(json.length / 8) * 8))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(padded.byteLength))
  return Buffer.concat([length, padded])
}

function countValues(shape) {
  return shape.reduce((product, size) => product * size, 1)
}

/** Writes all bytes. A single write may write fewer than it was given. */
function writeAll(file, bytes) {
  for (let written = 0; written < bytes.byteLength; ) written += writeSync(file, bytes, written)
}
