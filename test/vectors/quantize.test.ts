import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { createTensor } from '../../src/tensor/tensor.js'
import { type EmbeddingRanges, type Precision, precisions } from '../../src/vectors/precision.js'
import { embeddingRanges, quantizeEmbeddings } from '../../src/vectors/quantize.js'

interface RecordedCase {
  readonly name: string
  readonly dimension: number
  readonly vectors: string
  readonly ranges: { readonly dtype: 'float32' | 'float64'; readonly data: string } | null
  readonly calibration: string | null
  readonly quantized: Readonly<Record<Precision, string>>
}

const recorded: readonly RecordedCase[] = JSON.parse(
  readFileSync(new URL('../fixtures/embeddings/quantized.json', import.meta.url), 'utf8'),
)

const bytesOf = (base64: string) => Uint8Array.from(Buffer.from(base64, 'base64'))
const floatsOf = (base64: string) => new Float32Array(bytesOf(base64).buffer)

function vectorsOf(base64: string, dimension: number): Float32Array[] {
  const data = floatsOf(base64)
  return Array.from({ length: data.length / dimension }, (_, row) =>
    data.slice(row * dimension, (row + 1) * dimension),
  )
}

function rangesOf({ ranges, dimension }: RecordedCase) {
  if (!ranges) return undefined
  const { buffer } = bytesOf(ranges.data)
  const data = ranges.dtype === 'float32' ? new Float32Array(buffer) : new Float64Array(buffer)
  return [data.slice(0, dimension), data.slice(dimension)] as const
}

const toBytes = ({ buffer, byteOffset, byteLength }: ArrayBufferView) =>
  Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength)

const cases = recorded.flatMap((one) => precisions.map((precision) => [one.name, precision, one] as const))

describe("sentence-transformers' quantize_embeddings", () => {
  test.each(cases)('%s: %s has the bytes of sentence-transformers', (_, precision, one) => {
    const vectors = vectorsOf(one.vectors, one.dimension)
    const calibration = one.calibration === null ? undefined : vectorsOf(one.calibration, one.dimension)
    const options = { precision, ranges: rangesOf(one), calibration }
    const expected = bytesOf(one.quantized[precision])

    const list = quantizeEmbeddings(vectors, options)
    expect(list).toHaveLength(vectors.length)
    expect(Buffer.concat(list.map(toBytes)).equals(expected)).toBe(true)

    const data = floatsOf(one.vectors)
    const tensor = quantizeEmbeddings(createTensor('float32', data, [vectors.length, one.dimension]), options)
    expect(toBytes(tensor.data).equals(expected)).toBe(true)
    expect(createTensor(tensor.dtype, tensor.data, tensor.shape)).toEqual(tensor)

    const ranges = options.ranges ?? embeddingRanges(calibration ?? vectors)
    const single = vectors.map((vector) => quantizeEmbeddings(vector, { precision, ranges }))
    expect(single).toEqual(list)
  })
})

describe('quantizeEmbeddings', () => {
  const vector = new Float32Array([-1, 0, 0.5])
  const ranges = [
    [-1, -1, -1],
    [1, 1, 1],
  ] as const

  test('quantizeEmbeddings returns a separate array for each vector', () => {
    const [first, second] = quantizeEmbeddings([vector, vector], { precision: 'float32' })
    expect(first!.buffer.byteLength).toBe(12)
    expect(first).toEqual(second)
    expect(quantizeEmbeddings(vector, { precision: 'float32' })).not.toBe(vector)
  })

  test('quantizeEmbeddings of an empty list or tensor is empty', () => {
    for (const precision of precisions) expect(quantizeEmbeddings([], { precision })).toEqual([])
    expect(quantizeEmbeddings([], { precision: 'int8', ranges })).toEqual([])
    const none = createTensor('float32', new Float32Array(), [0, 12])
    expect(quantizeEmbeddings(none, { precision: 'binary' }).shape).toEqual([0, 2])
    expect(quantizeEmbeddings(none, { precision: 'int8' }).shape).toEqual([0, 12])
  })

  test('quantizeEmbeddings returns the same for ranges that went through JSON', () => {
    const vectors = vectorsOf(recorded[0]!.vectors, recorded[0]!.dimension)
    const own = embeddingRanges(vectors)
    const stored = JSON.parse(JSON.stringify(own.map((values) => Array.from(values))))
    const quantize = (given: typeof own) => quantizeEmbeddings(vectors, { precision: 'int8', ranges: given })
    expect(quantize(stored)).toEqual(quantize(own))
  })

  test('quantizeEmbeddings infers the type of the array from the precision', () => {
    const int8: Int8Array = quantizeEmbeddings(vector, { precision: 'int8', ranges })
    const packed: Uint8Array[] = quantizeEmbeddings([vector], { precision: 'ubinary' })
    expect([...int8]).toEqual([-128, -1, 63])
    expect(packed.map((bytes) => [...bytes])).toEqual([[0b00100000]])
  })

  const anything = (value: unknown) => value as never
  const binary = { precision: 'binary' } as const
  const shortRanges: EmbeddingRanges = [new Float32Array(2), new Float32Array([1, 1])]
  const quantizeToSteps = (vector: Float32Array, ranges: EmbeddingRanges) =>
    quantizeEmbeddings(vector, { precision: 'uint8', ranges })

  test.each([
    ['an unknown precision', () => quantizeEmbeddings(vector, { precision: anything('int4') })],
    ['a single vector without ranges', () => quantizeEmbeddings(vector, { precision: 'int8' })],
    ['ranges of another length', () => quantizeToSteps(vector, shortRanges)],
    ['ranges that are not a pair', () => quantizeToSteps(vector, anything([0, 1, 2]))],
  ])('quantizeEmbeddings refuses %s with INVALID_OPTION', (_, call) => {
    expect(call).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }))
  })

  test.each([
    ['undefined instead of vectors', () => quantizeEmbeddings(anything(undefined), binary)],
    ['a quantised vector', () => quantizeEmbeddings(anything(new Int8Array(2)), binary)],
    ['a list of vectors of different lengths', () => quantizeEmbeddings([[1, 2], [1]], binary)],
    ['an empty list for embeddingRanges', () => embeddingRanges([])],
  ])('%s is refused with INVALID_TENSOR', (_, call) => {
    expect(call).toThrow(expect.objectContaining({ code: 'INVALID_TENSOR' }))
  })
})
