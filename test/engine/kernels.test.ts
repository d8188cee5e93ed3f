import { describe, expect, test } from 'vitest'
import { activationKernels } from '../../src/engine/activation-kernels.js'
import { encodeKernels, type KernelOptions } from '../../src/engine/kernels/module.js'
import { activationBytes, int8PanelBytes, maxActivation, quadsOf } from '../../src/engine/panels.js'

type Kernel = (...args: number[]) => void

/** A module with memory of 32 MB, filled with NaN, and a function that puts numbers into it. */
function instantiate(options: Pick<KernelOptions, 'isRelaxed' | 'usesInt8Dot'>) {
  const limits = { minPages: 512, maxPages: 512, isShared: false }
  const memory = new WebAssembly.Memory({ initial: 512, maximum: 512 })
  const module = new WebAssembly.Module(encodeKernels({ ...limits, ...options }))
  const { exports } = new WebAssembly.Instance(module, { env: { memory } })
  new Uint8Array(memory.buffer).fill(0xff)
  let top = 64
  const allocate = (bytes: number) => {
    const start = top
    top = (top + bytes + 127) & -64
    return start
  }
  return {
    kernels: exports as unknown as Readonly<Record<string, Kernel>>,
    allocate,
    floats: (address: number, count: number) => new Float32Array(memory.buffer, address, count),
    /** The numbers of a row that `quantize` has written. */
    activations(address: number, count: number) {
      if (!options.usesInt8Dot) return [...new Int16Array(memory.buffer, address, count)]
      const high = new Uint8Array(memory.buffer, address, count)
      const low = new Uint8Array(memory.buffer, address + 4 * quadsOf(count), count)
      return Array.from(high, (value, i) => 128 * value + low[i]! - 8192)
    },
    /** Puts rows into memory, each padded to a multiple of 8 columns, and returns their address. */
    put(
      data: ArrayLike<number>,
      width: number,
      Type: Float32ArrayConstructor | Int32ArrayConstructor = Float32Array,
    ) {
      const rows = data.length / width
      const stride = Math.ceil(width / 8) * 8
      const address = allocate(rows * stride * 4)
      const all = new Type(memory.buffer, address, rows * stride)
      for (let row = 0; row < rows; row++)
        for (let i = 0; i < width; i++) all[row * stride + i] = data[row * width + i]!
      return address
    },
    putBytes(bytes: Uint8Array) {
      const address = allocate(bytes.length)
      new Uint8Array(memory.buffer, address, bytes.length).set(bytes)
      return address
    },
  }
}

const strideOf = (width: number) => Math.ceil(width / 8) * 32

/** Numbers between -1 and 1. */
function random(count: number, seed: number): Float32Array {
  let state = seed
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
    return state / 0x40000000 - 1
  })
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number) {
  let max = 0
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(actual[i]! - expected[i]!)
    if (!(difference <= max)) max = difference
  }
  expect(max).toBeLessThanOrEqual(tolerance)
}

const modules = [{ isRelaxed: false }, { isRelaxed: true }, { isRelaxed: true, usesInt8Dot: true }]
/** Relaxed SIMD is missing in Node 20. These tests also run in Chromium, which has it. */
const supported = modules.filter((options) =>
  WebAssembly.validate(encodeKernels({ minPages: 1, maxPages: 1, isShared: false, ...options })),
)

describe.each(supported)('kernels, %j', (options) => {
  test.each([
    [1, 1, 1],
    [1, 7, 5],
    [5, 8, 8],
    [6, 21, 40],
    [8, 384, 24],
    [13, 20, 72],
    [97, 33, 17],
    [200, 312, 30],
  ])('linear multiplies %i rows of %i inputs by %i outputs', (rows, k, outputs) => {
    const { kernels, put, floats, allocate } = instantiate(options)
    const [a, w, bias, residual] = [
      random(rows * k, 1),
      random(outputs * k, 2),
      random(outputs, 3),
      random(rows * outputs, 4),
    ]
    const panels = Math.ceil(outputs / 8)
    const b = allocate(panels * 8 * k * 4 + 96)
    const raw = allocate(w.length * 4 + 16)
    floats(raw, w.length).set(w)
    kernels.pack!(raw, k * 4, outputs, k, 1, b)
    const c = allocate(rows * strideOf(outputs))
    kernels.linear!(
      ...[put(a, k), strideOf(k), rows, k, b, panels],
      ...[put(bias, outputs), c, strideOf(outputs), 0, put(residual, outputs), strideOf(outputs)],
    )
    for (let row = 0; row < rows; row++) {
      const expected = Array.from({ length: outputs }, (_, j) => {
        let sum = bias[j]! + residual[row * outputs + j]!
        for (let i = 0; i < k; i++) sum += a[row * k + i]! * w[j * k + i]!
        return sum
      })
      expectClose(floats(c + row * strideOf(outputs), outputs), expected, 1e-6 * Math.sqrt(k + 8))
    }
  })

  test.each([
    [1, 1, 1],
    [3, 7, 5],
    [5, 384, 24],
    [9, 21, 40],
    [97, 33, 17],
  ])('linear_int8 multiplies %i rows of %i inputs by %i outputs exactly', (rows, k, outputs) => {
    const { kernels, put, floats, activations, allocate, putBytes } = instantiate(options)
    const [x, bias] = [random(rows * k, 1), random(outputs, 3)]
    const w = Int8Array.from(random(outputs * k, 2), (value) => Math.round(127 * value))
    const scales = random(outputs, 5).map((value) => value + 1.5)
    const panels = Math.ceil(outputs / 8)
    const b = allocate(panels * int8PanelBytes(k))
    const bytesBehind = [0x7f, 0x80, 0x7f]
    kernels.pack_int8!(putBytes(new Uint8Array([...new Uint8Array(w.buffer), ...bytesBehind])), outputs, k, b)
    const lda = Math.ceil(activationBytes(k) / 32) * 32
    const a = allocate(rows * lda)
    const largest = maxActivation
    kernels.quantize!(put(x, k), strideOf(k), rows, k, largest, a, lda)
    const c = allocate(rows * strideOf(outputs))
    kernels.linear_int8!(
      ...[a, lda, rows, quadsOf(k), b, put(scales, outputs), panels],
      ...[put(bias, outputs), c, strideOf(outputs), 0, 0, 0],
    )
    const { fround } = Math
    for (let row = 0; row < rows; row++) {
      const values = x.subarray(row * k, (row + 1) * k)
      const max = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
      const scale = fround(max / largest)
      expect(floats(a + row * lda + 8 * quadsOf(k), 1)[0]).toBe(scale)
      const numbers = activations(a + row * lda, k)
      expectClose(
        numbers,
        values.map((value) => (value * largest) / max),
        0.51,
      )
      const expected = Array.from({ length: outputs }, (_, j) => {
        const sum = numbers.reduce((total, number, i) => total + number * w[j * k + i]!, 0)
        return fround(fround(fround(sum) * fround(scale * scales[j]!)) + bias[j]!)
      })
      expect([...floats(c + row * strideOf(outputs), outputs)]).toEqual(expected)
    }
  })

  test.each([1, 3, 20, 384, 1023])('layer_norm normalises rows of %i columns', (width) => {
    const { kernels, put, floats, allocate } = instantiate(options)
    const rows = 3
    const [x, weight, bias] = [random(rows * width, 1), random(width, 2), random(width, 3)]
    const y = allocate(rows * strideOf(width))
    kernels.layer_norm!(
      ...[
        put(x, width),
        strideOf(width),
        rows,
        width,
        put(weight, width),
        put(bias, width),
        1e-5,
        y,
        strideOf(width),
      ],
    )
    for (let row = 0; row < rows; row++) {
      const values = [...x.subarray(row * width, (row + 1) * width)]
      const mean = values.reduce((sum, value) => sum + value, 0) / width
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / width
      const expected = values.map(
        (value, i) => ((value - mean) / Math.sqrt(variance + 1e-5)) * weight[i]! + bias[i]!,
      )
      expectClose(floats(y + row * strideOf(width), width), expected, 1e-6)
    }
  })

  test.each([
    { rows: 1, keys: 1, headSize: 7, window: 1 << 30, first: 0 },
    { rows: 3, keys: 3, headSize: 20, window: 1 << 30, first: 0 },
    { rows: 50, keys: 61, headSize: 32, window: 1 << 30, first: 4 },
    { rows: 130, keys: 130, headSize: 64, window: 1 << 30, first: 0 },
    { rows: 130, keys: 130, headSize: 16, window: 5, first: 0 },
    { rows: 40, keys: 20, headSize: 16, window: 5, first: -10 },
  ])('attend computes attention: %o', ({ rows, keys, headSize, window, first }) => {
    const { kernels, put, floats, allocate } = instantiate(options)
    const [q, k, v] = [random(rows * headSize, 1), random(keys * headSize, 2), random(keys * headSize, 3)]
    const biases = random(1000, 4)
    const bias = put(biases, 1000)
    const stride = strideOf(headSize)
    const panels = allocate(Math.ceil(keys / 8) * 8 * headSize * 4 + 96)
    const scale = 1 / Math.sqrt(headSize)
    kernels.pack!(put(k, headSize), stride, keys, headSize, scale, panels)
    const out = allocate(rows * stride)
    const scratch = allocate(4 * (24 * (keys + 7) + 72))
    kernels.attend!(
      ...[put(q, headSize), stride, rows, first, panels, keys, put(v, headSize), stride],
      ...[headSize, window, bias + 4 * 500, scratch, out, stride],
    )
    for (let row = 0; row < rows; row++) {
      const position = first + row
      const weights = Array.from({ length: keys }, (_, key) => {
        if (Math.abs(key - position) > window) return 0
        let sum = 0
        for (let i = 0; i < headSize; i++) sum += q[row * headSize + i]! * k[key * headSize + i]!
        return Math.exp(sum * scale + biases[500 + key - position]!)
      })
      const total = weights.reduce((sum, weight) => sum + weight, 0)
      const expected = Array.from({ length: headSize }, (_, i) =>
        weights.reduce((sum, weight, key) => sum + (total && (weight / total) * v[key * headSize + i]!), 0),
      )
      expectClose(floats(out + row * stride, headSize), expected, 1e-6)
    }
  })

  test('a row of a product does not depend on the other rows', () => {
    const { kernels, put, floats, allocate } = instantiate(options)
    const [rows, k, outputs] = [97, 40, 24]
    const b = allocate(outputs * k * 4 + 96)
    kernels.pack!(put(random(outputs * k, 2), k), strideOf(k), outputs, k, 1, b)
    const [a, bias] = [put(random(rows * k, 1), k), put(random(outputs, 3), outputs)]
    const stride = strideOf(outputs)
    const [together, alone] = [allocate(rows * stride), allocate(rows * stride)]
    const multiply = (first: number, count: number, c: number) =>
      kernels.linear!(
        ...[a + first * strideOf(k), strideOf(k), count, k, b, outputs / 8],
        ...[bias, c + first * stride, stride, activationKernels.indexOf('gelu'), 0, 0],
      )
    multiply(0, rows, together)
    for (let row = 0; row < rows; row++) multiply(row, 1, alone)
    expect(floats(alone, rows * outputs)).toEqual(floats(together, rows * outputs))
  })

  test.each([1 << 30, 11])(
    'attention of a query does not depend on the other queries, window %i',
    (window) => {
      const { kernels, put, floats, allocate } = instantiate(options)
      const [rows, headSize] = [61, 16]
      const stride = strideOf(headSize)
      const [q, k, v] = [1, 2, 3].map((seed) => put(random(rows * headSize, seed), headSize)) as [
        number,
        number,
        number,
      ]
      const panels = allocate(64 * headSize * 4 + 96)
      kernels.pack!(k, stride, rows, headSize, 0.25, panels)
      const scratch = allocate(4 * (24 * (rows + 7) + 72))
      const [together, alone] = [allocate(rows * stride), allocate(rows * stride)]
      const attend = (first: number, count: number, out: number) =>
        kernels.attend!(
          ...[q + first * stride, stride, count, first, panels, rows, v, stride],
          ...[headSize, window, 0, scratch, out + first * stride, stride],
        )
      attend(0, rows, together)
      for (let row = 0; row < rows; row++) attend(row, 1, alone)
      expect(floats(alone, rows * headSize)).toEqual(floats(together, rows * headSize))
    },
  )

  // erf is exact to 1e-7, half of which counts; the product and the sum are rounded to float32.
  test('gelu is exact to 1.5e-7 of its argument', () => {
    const { kernels, put, floats } = instantiate(options)
    const x = Float32Array.from({ length: 4000 }, (_, i) => (i - 2000) / 250)
    const address = put(x, 4000)
    kernels.activate!(activationKernels.indexOf('gelu'), address, 16000, 1, 16000)
    // A series whose terms all have the same sign: https://dlmf.nist.gov/7.6.E2
    const erf = (z: number) => {
      let [term, sum] = [z, z]
      for (let n = 1; n < 200; n++) {
        term *= (2 * z * z) / (2 * n + 1)
        sum += term
      }
      return (2 / Math.sqrt(Math.PI)) * Math.exp(-z * z) * sum
    }
    const expected = x.map((value) => 0.5 * value * (1 + erf(value / Math.SQRT2)))
    const actual = floats(address, 4000)
    const errors = actual.map((value, i) => (value - expected[i]!) / Math.max(1, Math.abs(x[i]!)))
    expectClose(errors, new Float32Array(4000), 1.5e-7)
  })
})

test('all modules give the same bits for 8-bit products', () => {
  const [rows, k, outputs] = [7, 386, 24]
  const results = supported.map(({ isRelaxed, usesInt8Dot }) => {
    const { kernels, put, floats, allocate, putBytes } = instantiate({ isRelaxed, usesInt8Dot })
    const w = Int8Array.from(random(outputs * k + 3, 2), (value) => Math.round(127 * value))
    const b = allocate((outputs / 8) * int8PanelBytes(k))
    kernels.pack_int8!(putBytes(new Uint8Array(w.buffer)), outputs, k, b)
    const lda = Math.ceil(activationBytes(k) / 32) * 32
    const a = allocate(rows * lda)
    kernels.quantize!(put(random(rows * k, 1), k), strideOf(k), rows, k, maxActivation, a, lda)
    const c = allocate(rows * strideOf(outputs))
    const [scales, bias] = [put(random(outputs, 5), outputs), put(random(outputs, 3), outputs)]
    const noActivation = 0 // its arithmetic may be fused
    kernels.linear_int8!(
      ...[a, lda, rows, quadsOf(k), b, scales, outputs / 8],
      ...[bias, c, strideOf(outputs), noActivation, 0, 0],
    )
    return floats(c, (rows * strideOf(outputs)) / 4).slice()
  })
  for (const result of results) expect(result).toEqual(results[0])
  expect(results[0]!.some((value) => value > 1)).toBe(true)
})
