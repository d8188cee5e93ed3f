/** Creates damaged safetensors files, reproducibly from a seed. */

import { safetensorsBytes } from './safetensors-file.js'

/** Returns a whole number from 0 up to, but not including, `limit`. */
export type Random = (limit: number) => number

/** Mulberry32, a small seeded generator. It is good enough to choose where to damage a file. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit)
  }
}

/** Returns a small valid file with one or a few damages. */
export function mutateSafetensors(random: Random): Uint8Array {
  const { header, dataByteLength } = validFile(random)
  const kind = random(6)
  if (kind === 0) return flipBits(safetensorsBytes(header, dataByteLength), random)
  if (kind === 1) return resize(safetensorsBytes(header, dataByteLength), random)
  if (kind === 2) return safetensorsBytes(editText(JSON.stringify(header), random), dataByteLength)
  for (let edits = 1 + random(2); edits > 0; edits--) editValue(header, random)
  return safetensorsBytes(header, dataByteLength)
}

interface Entry {
  dtype?: unknown
  shape?: unknown
  data_offsets?: unknown
}

const bytesPerValue = { F32: 4, F16: 2, BF16: 2, I64: 8, U8: 1, BOOL: 1 }

function validFile(random: Random): { header: Record<string, Entry>; dataByteLength: number } {
  const header: Record<string, Entry> = {}
  if (random(3) === 0) Object.assign(header, { __metadata__: { format: 'pt' } })
  let offset = 0
  for (let i = random(4); i >= 0; i--) {
    const [dtype, size] = pick(Object.entries(bytesPerValue), random)
    const shape = Array.from({ length: random(4) }, () => random(5))
    const end = offset + shape.reduce((product, dimension) => product * dimension, size)
    header[`layer.${i}.weight`] = { dtype, shape, data_offsets: [offset, end] }
    offset = end
  }
  return { header, dataByteLength: offset }
}

/** Flips bits anywhere in the file, often in the first bytes, which hold the length of the header. */
function flipBits(bytes: Uint8Array, random: Random): Uint8Array {
  for (let flips = 1 + random(3); flips > 0; flips--) {
    const at = random(3) === 0 ? random(8) : random(bytes.length)
    bytes[at]! ^= 1 << random(8)
  }
  return bytes
}

function resize(bytes: Uint8Array, random: Random): Uint8Array {
  if (random(3) > 0) return bytes.slice(0, random(bytes.length + 1))
  const longer = new Uint8Array(bytes.length + random(20))
  longer.set(bytes)
  return longer
}

const snippets = [
  '{',
  '}',
  '[',
  ']',
  '"',
  ',',
  ':',
  '0',
  '9',
  '-',
  '.',
  'e',
  ' ',
  '\\',
  '\u0000',
  'null',
  '\uD800',
]

function editText(text: string, random: Random): string {
  let edited = text
  for (let edits = 1 + random(3); edits > 0; edits--) {
    const at = random(edited.length + 1)
    edited = edited.slice(0, at) + (random(2) ? pick(snippets, random) : '') + edited.slice(at + random(4))
  }
  return edited
}

/** Values that a reader may not expect. `undefined` omits the field. */
const values: readonly unknown[] = [
  undefined,
  null,
  true,
  '',
  'F32',
  'F4',
  'F99',
  'toString',
  '__proto__',
  0,
  1,
  4,
  -1,
  1.5,
  1e300,
  2 ** 32,
  2 ** 53,
  2 ** 53 - 1,
  [],
  [0],
  [0, 0],
  [0, 4],
  [4, 0],
  [2, 2],
  [-1, 4],
  [0, 2 ** 53],
  [2 ** 31, 2 ** 31],
  [2 ** 32, 2 ** 32, 0],
  ['0', '4'],
  [[0], [4]],
  [null, null],
  {},
  { length: 2 },
  { dtype: 'U8', shape: [1], data_offsets: [0, 1] },
  { constructor: { name: { toString: 1, valueOf: 1 } } },
  { toString: 1, toJSON: 1 },
]

const fields = ['dtype', 'shape', 'data_offsets'] as const

function editValue(header: Record<string, Entry>, random: Random): void {
  const name = pick(Object.keys(header), random)
  const entry = header[name]
  const kind = random(4)
  if (kind === 0 || typeof entry !== 'object' || entry === null)
    header[random(2) ? name : pick(['__metadata__', 'constructor', 'new'], random)] = anyValue(
      random,
    ) as Entry
  else if (kind === 1 && Array.isArray(entry.data_offsets))
    entry.data_offsets = entry.data_offsets.toSpliced(random(2), 1, random(40))
  else if (kind === 2 && Array.isArray(entry.shape))
    entry.shape = entry.shape.toSpliced(random(3), random(2), random(5))
  else entry[pick(fields, random)] = anyValue(random)
}

/** Returns a copy, so that a later edit does not change the list. */
function anyValue(random: Random): unknown {
  return structuredClone(pick(values, random))
}

function pick<T>(list: readonly T[], random: Random): T {
  return list[random(list.length)]!
}
