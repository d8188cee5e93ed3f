import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { l2Normalize } from '../../src/tensor/l2-normalize.js'
import { type AttentionMask, clsPooling, meanPooling, pool } from '../../src/tensor/pooling.js'
import { type Pooling, type PoolingMode, poolingModes } from '../../src/tensor/pooling-modes.js'
import { createTensor, type Tensor } from '../../src/tensor/tensor.js'

type Token = readonly number[]

/** Makes states and mask of a batch from nested lists, [batch][tokens][hidden]. A token `null` is padding: NaN values. */
function batchOf(...texts: (Token | null)[][]): [Tensor<'float32'>, Tensor<'int32'>] {
  const tokens = texts[0]?.length ?? 0
  const hidden = texts.flat().find((token) => token !== null)?.length ?? 2
  const padding = new Array<number>(hidden).fill(Number.NaN)
  const states = texts.flat().flatMap((token) => token ?? padding)
  const mask = texts.flat().map((token) => (token === null ? 0 : 1))
  return [
    createTensor('float32', Float32Array.from(states), [texts.length, tokens, hidden]),
    createTensor('int32', Int32Array.from(mask), [texts.length, tokens]),
  ]
}

function rows(tensor: Tensor<'float32'>): number[][] {
  const [count, width] = tensor.shape as [number, number]
  return Array.from({ length: count }, (_, row) => [...tensor.data.slice(row * width, (row + 1) * width)])
}

/** Texts of 1 to 9 tokens: the loops take four tokens at a time, so every remainder occurs. */
const texts = fc.integer({ min: 1, max: 5 }).chain((hidden) =>
  fc.array(fc.array(fc.float({ min: -8, max: 8, noNaN: true }), { minLength: hidden, maxLength: hidden }), {
    minLength: 1,
    maxLength: 9,
  }),
)

const modes = fc.constantFrom(...poolingModes)

describe('pooling of hand-made batches', () => {
  const [states, mask] = batchOf([[1, -2], [3, 6], [8, 2], null], [[5, -4], null, null, null])

  test('cls pooling takes the first token', () => {
    expect(rows(clsPooling(states))).toEqual([
      [1, -2],
      [5, -4],
    ])
  })

  test('mean pooling averages the tokens that the mask marks', () => {
    expect(rows(meanPooling(states, mask))).toEqual([
      [4, 2],
      [5, -4],
    ])
  })

  test('max pooling takes the largest value of each dimension, even when all are negative', () => {
    expect(rows(pool(states, mask, { pooling: 'max' }))).toEqual([
      [8, 6],
      [5, -4],
    ])
  })

  test('mean_sqrt_len_tokens pooling divides the sum by the square root of the number of tokens', () => {
    expect(rows(pool(states, mask, { pooling: 'mean_sqrt_len_tokens' }))).toEqual([
      [Math.fround(12 / Math.sqrt(3)), Math.fround(6 / Math.sqrt(3))],
      [5, -4],
    ])
  })

  test('weightedmean pooling weights tokens by their position, from 1', () => {
    expect(rows(pool(states, mask, { pooling: 'weightedmean' }))).toEqual([
      [Math.fround((1 + 2 * 3 + 3 * 8) / 6), Math.fround((-2 + 2 * 6 + 3 * 2) / 6)],
      [5, -4],
    ])
  })

  test('lasttoken pooling takes the last token that the mask marks', () => {
    expect(rows(pool(states, mask, { pooling: 'lasttoken' }))).toEqual([
      [8, 2],
      [5, -4],
    ])
  })

  test('pool follows the definition of each mode, for any number of tokens', () => {
    const sum = (list: number[]) => list.reduce((total, value) => total + value, 0)
    const definitions: Record<PoolingMode, (column: number[]) => number> = {
      cls: (column) => column[0]!,
      mean: (column) => sum(column) / column.length,
      max: (column) => Math.max(...column),
      mean_sqrt_len_tokens: (column) => sum(column) / Math.sqrt(column.length),
      weightedmean: (column) =>
        sum(column.map((value, i) => value * (i + 1))) / sum(column.map((_, i) => i + 1)),
      lasttoken: (column) => column.at(-1)!,
    }
    fc.assert(
      fc.property(texts, modes, (text, pooling) => {
        const pooled = pool(...batchOf(text), { pooling }).data
        for (const [h, value] of pooled.entries()) {
          const expected = definitions[pooling](text.map((token) => token[h]!))
          // One rounding to float32 of values up to 24.
          expect(Math.abs(value - expected)).toBeLessThan(1e-6)
        }
      }),
    )
  })

  test('clsPooling and meanPooling return what pool returns for their modes', () => {
    expect(clsPooling(states)).toEqual(pool(states, mask, { pooling: 'cls' }))
    expect(meanPooling(states, mask)).toEqual(pool(states, mask, { pooling: 'mean' }))
  })
})

/*
 * torch.manual_seed(7); states = torch.randn(2, 5, 3).mul(1000).round().div(1000)
 * mask = torch.tensor([[1, 1, 1, 0, 0], [0, 0, 1, 1, 1]])
 * sentence_transformers.sentence_transformer.modules.Pooling(3, mode)(
 *   {'token_embeddings': states, 'attention_mask': mask})['sentence_embedding']
 * sentence-transformers 6.0.1, torch 2.13.
 */
describe('sentence-transformers 6', () => {
  const states = createTensor(
    'float32',
    // biome-ignore format: one token a line
    Float32Array.from([
      -0.82, 0.396, 0.899,
      -1.388, -0.167, 0.285,
      -0.641, -0.894, 0.927,
      -0.536, -1.16, -0.46,
      0.709, 1.013, -1.385,

      0.504, -0.084, -0.023,
      0.174, 2.298, 0.957,
      -0.662, 1.399, 1.406,
      -1.401, 1.297, 1.641,
      -1.057, -0.262, -0.25,
    ]),
    [2, 5, 3],
  )
  const mask = createTensor('int32', Int32Array.from([1, 1, 1, 0, 0, 0, 0, 1, 1, 1]), [2, 5])
  const expected: Record<PoolingMode, number[]> = {
    cls: [-0.82, 0.396, 0.899, -0.662, 1.399, 1.406],
    mean: [-0.9496667, -0.2216666, 0.7036667, -1.0400001, 0.8113334, 0.9323333],
    max: [-0.641, 0.396, 0.927, -0.662, 1.399, 1.641],
    mean_sqrt_len_tokens: [-1.6448709, -0.3839379, 1.2187865, -1.801333, 1.4052706, 1.6148487],
    weightedmean: [-0.9198334, -0.4366666, 0.7083333, -1.0729166, 0.6729167, 0.7943333],
    lasttoken: [-0.641, -0.894, 0.927, -1.057, -0.262, -0.25],
  }
  // biome-ignore format: one text in two lines
  const concatenatedAndNormalized = [
    -0.232331, 0.1121989, 0.2547142, -0.2690696, -0.0628049, 0.1993703, -0.1816149, 0.1121989, 0.2626474,
    -0.4660422, -0.1087813, 0.3453194, -0.2606169, -0.123721, 0.2006925, -0.1816149, -0.2532975, 0.2626474,
    -0.1369091, 0.2893291, 0.2907768, -0.2150838, 0.167793, 0.1928171, -0.1369091, 0.2893291, 0.3393775,
    -0.3725361, 0.2906259, 0.3339691, -0.2218913, 0.1391668, 0.1642772, -0.2185996, -0.0541846, -0.0517028,
  ]

  /** The expected numbers are float32 results, printed with 7 decimals. PyTorch sums in float32. */
  const tolerance = 3e-7

  test.each(poolingModes)(
    '%s pooling equals that of sentence-transformers, padded on the right and on the left',
    (pooling) => {
      const { data } = pool(states, mask, { pooling })
      expect(largestDifference(data, expected[pooling])).toBeLessThan(tolerance)
    },
  )

  test('all modes concatenated and normalised equal those of sentence-transformers', () => {
    const { data, shape } = pool(states, mask, { pooling: poolingModes, normalize: true })
    expect(shape).toEqual([2, 18])
    expect(largestDifference(data, concatenatedAndNormalized)).toBeLessThan(tolerance)
  })

  function largestDifference(actual: Float32Array, reference: readonly number[]): number {
    expect(actual.length).toBe(reference.length)
    return reference.reduce((worst, value, i) => Math.max(worst, Math.abs(value - actual[i]!)), 0)
  }
})

describe('padding', () => {
  test('padding on the right never changes a result, even when it is NaN', () => {
    fc.assert(
      fc.property(texts, modes, fc.integer({ min: 1, max: 6 }), (text, pooling, padding) => {
        const padded = [...text, ...new Array<null>(padding).fill(null)]
        expect(pool(...batchOf(padded), { pooling })).toEqual(pool(...batchOf(text), { pooling }))
      }),
    )
  })

  test('padding on the left changes only weightedmean, which counts positions from the left edge', () => {
    fc.assert(
      fc.property(texts, modes, fc.integer({ min: 1, max: 6 }), (text, pooling, padding) => {
        fc.pre(pooling !== 'weightedmean')
        const padded = [...new Array<null>(padding).fill(null), ...text]
        expect(pool(...batchOf(padded), { pooling })).toEqual(pool(...batchOf(text), { pooling }))
      }),
    )
    const [states, mask] = batchOf([null, [1, 0], [0, 1]])
    expect(rows(pool(states, mask, { pooling: 'weightedmean' }))).toEqual([
      [Math.fround(2 / 5), Math.fround(3 / 5)],
    ])
  })

  test('clsPooling skips padding on the left only when it is given the mask', () => {
    const [states, attentionMask] = batchOf([null, [3, 4]])
    expect(rows(clsPooling(states))).toEqual([[Number.NaN, Number.NaN]])
    expect(rows(clsPooling(states, { attentionMask, normalize: true }))).toEqual([
      [Math.fround(0.6), Math.fround(0.8)],
    ])
  })

  test('padding in the middle is ignored', () => {
    const [states, mask] = batchOf([[1, 1], null, [3, 5], null])
    expect(rows(pool(states, mask, { pooling: ['mean', 'lasttoken', 'max'] }))).toEqual([[2, 3, 3, 5, 3, 5]])
  })

  test('a text of padding alone gets zeros in every mode, normalised or not', () => {
    const [states, mask] = batchOf([null, null], [[1, 2], null])
    for (const normalize of [false, true]) {
      const { data } = pool(states, mask, { pooling: poolingModes, normalize })
      expect([...data.slice(0, 12)]).toEqual(new Array(12).fill(0))
      expect(data.every(Number.isFinite)).toBe(true)
    }
  })

  test('a mask may be int32, int64 or uint8, and marks tokens by any value but 0', () => {
    const [states, mask] = batchOf([[1, 2], [3, 4], null])
    const masks: AttentionMask[] = [
      createTensor('int64', BigInt64Array.from([1n, -7n, 0n]), [1, 3]),
      createTensor('uint8', Uint8Array.from([255, 1, 0]), [1, 3]),
    ]
    for (const other of masks) expect(meanPooling(states, other)).toEqual(meanPooling(states, mask))
  })
})

describe('pool', () => {
  test("the vector of a text does not depend on the batch's other texts", () => {
    const batches = fc.integer({ min: 1, max: 4 }).chain((count) => {
      const token = fc.option(fc.tuple(fc.float({ noNaN: true }), fc.float({ noNaN: true })), { freq: 3 })
      const text = fc.array(token, { minLength: 6, maxLength: 6 })
      return fc.array(text, { minLength: count, maxLength: count })
    })
    fc.assert(
      fc.property(batches, modes, fc.boolean(), (batch, pooling, normalize) => {
        const together = rows(pool(...batchOf(...batch), { pooling, normalize }))
        const alone = batch.map((text) => rows(pool(...batchOf(text), { pooling, normalize }))[0])
        expect(together).toEqual(alone)
      }),
    )
  })

  test('pool concatenates a list of modes in its order, repeated modes included', () => {
    fc.assert(
      fc.property(texts, fc.array(modes, { minLength: 1, maxLength: 8 }), (text, list) => {
        const [states, mask] = batchOf(text)
        const single = list.flatMap((pooling) => [...pool(states, mask, { pooling }).data])
        expect([...pool(states, mask, { pooling: list }).data]).toEqual(single)
      }),
    )
  })

  test('pool normalises the concatenation, not each part', () => {
    fc.assert(
      fc.property(texts, fc.array(modes, { minLength: 1, maxLength: 3 }), (text, pooling) => {
        const [states, mask] = batchOf(text)
        const plain = pool(states, mask, { pooling })
        expect(pool(states, mask, { pooling, normalize: true })).toEqual(l2Normalize(plain))
      }),
    )
  })

  test('NaN in a token reaches the result', () => {
    const [states, mask] = batchOf([[1], [Number.NaN], [2], [3], [4]])
    expect(rows(pool(states, mask, { pooling: ['mean', 'max'] }))).toEqual([[Number.NaN, Number.NaN]])
  })

  test('pool does not change its arguments', () => {
    const [states, mask] = batchOf([[3, 4], null])
    const before = [states.data.slice(), mask.data.slice()]
    pool(states, mask, { pooling: poolingModes, normalize: true })
    expect([states.data, mask.data]).toEqual(before)
  })

  test('poolings take an empty batch and texts without tokens', () => {
    const empty = createTensor('float32', new Float32Array(0), [0, 5, 4])
    expect(meanPooling(empty, createTensor('int32', new Int32Array(0), [0, 5])).shape).toEqual([0, 4])
    const tokenless = createTensor('float32', new Float32Array(0), [2, 0, 4])
    expect([...clsPooling(tokenless).data]).toEqual(new Array(8).fill(0))
  })
})

describe('wrong arguments', () => {
  const [states, mask] = batchOf([[1, 2], [3, 4], null])
  const int32 = (values: number[], shape: number[]) => createTensor('int32', Int32Array.from(values), shape)

  test.each([
    ['a missing mask', states, undefined],
    ['a mask that is a list', states, [1, 1, 0]],
    ['a float32 mask', states, createTensor('float32', new Float32Array(3), [1, 3])],
    ['states that are not a tensor', new Float32Array(6), mask],
    ['states of another dtype', int32([1, 2, 3, 4, 5, 6], [1, 3, 2]), mask],
    ['hand-made states whose data is of another type', { ...states, data: new Float64Array(6) }, mask],
  ])('meanPooling refuses %s with a TypeError', (_, lastHiddenState, attentionMask) => {
    expect(() => meanPooling(lastHiddenState as typeof states, attentionMask as typeof mask)).toThrow(
      expect.objectContaining({ name: 'ArgumentTypeError', code: 'INVALID_TENSOR' }),
    )
  })

  test('clsPooling refuses a float32 mask in its options with a TypeError', () => {
    const attentionMask = createTensor('float32', new Float32Array(3), [1, 3]) as unknown as AttentionMask
    expect(() => clsPooling(states, { attentionMask })).toThrow(
      expect.objectContaining({ name: 'ArgumentTypeError', code: 'INVALID_TENSOR' }),
    )
  })

  test.each([
    ['a mask of another length', states, int32([1, 1], [1, 2])],
    ['a mask of another batch size', states, int32([1, 1, 0, 1, 1, 0], [2, 3])],
    ['a mask without a batch dimension', states, int32([1, 1, 0], [3])],
    ['states without a batch dimension', createTensor('float32', new Float32Array(6), [3, 2]), mask],
    ['hand-made states with too few values', { ...states, data: new Float32Array(5) }, mask],
  ])('meanPooling and clsPooling refuse %s with a RangeError', (_, lastHiddenState, attentionMask) => {
    expect(() => meanPooling(lastHiddenState as typeof states, attentionMask)).toThrow(
      expect.objectContaining({ name: 'ArgumentRangeError', code: 'INVALID_TENSOR' }),
    )
    expect(() => clsPooling(lastHiddenState as typeof states, { attentionMask })).toThrow(
      expect.objectContaining({ name: 'ArgumentRangeError', code: 'INVALID_TENSOR' }),
    )
  })

  test.each([
    'average',
    'Mean',
    'toString',
    '',
    [],
    ['mean', 'average'],
    ['mean', undefined],
    undefined,
    null,
    {},
    3,
  ])('pool refuses the mode %j and names all modes', (pooling) => {
    expect(() => pool(states, mask, { pooling: pooling as Pooling })).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTION',
        message: expect.stringContaining(poolingModes.join(', ')) as string,
      }),
    )
  })
})
