import { describe, expect, test } from 'vitest'
import {
  parseSafetensorsHeader,
  parseSafetensorsHeaderLength,
  readSafetensorsHeader,
} from '../../../src/model/safetensors/safetensors.js'
import { fileOf, safetensorsBytes } from '../../support/safetensors-file.js'

const float = { dtype: 'F32', shape: [1], data_offsets: [0, 4] }
const empty = { dtype: 'F32', shape: [0], data_offsets: [0, 0] }
/** An object whose constructor's name cannot be turned into a string. */
const hostile = { constructor: { name: { toString: 1 } } }

function refusal(...parts: string[]) {
  return expect.objectContaining({
    name: 'BertEmbedError',
    code: 'INVALID_SAFETENSORS',
    message: expect.stringMatching(
      new RegExp(
        ['model.safetensors', ...parts].map((part) => part.replace(/[[\]().^$]/g, '\\$&')).join('.*'),
      ),
    ) as string,
  })
}

async function refused(header: unknown, dataByteLength: number, ...parts: string[]) {
  await expect(readSafetensorsHeader(fileOf(safetensorsBytes(header, dataByteLength)))).rejects.toThrow(
    refusal(...parts),
  )
}

describe('readSafetensorsHeader', () => {
  test('every tensor is found, with its offset from the start of the file', async () => {
    const header = {
      __metadata__: { format: 'pt' },
      bias: { dtype: 'F16', shape: [3], data_offsets: [24, 30] },
      weight: { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] },
    }
    const bytes = safetensorsBytes(header, 30)
    const { tensors, metadata } = await readSafetensorsHeader(fileOf(bytes))
    expect([...tensors.values()]).toEqual([
      { name: 'weight', dtype: 'F32', shape: [2, 3], byteOffset: bytes.length - 30, byteLength: 24 },
      { name: 'bias', dtype: 'F16', shape: [3], byteOffset: bytes.length - 6, byteLength: 6 },
    ])
    expect(tensors.get('bias')?.dtype).toBe('F16')
    expect(metadata).toEqual({ format: 'pt' })
  })

  test('only the header of a file is read', async () => {
    const bytes = safetensorsBytes({ a: { dtype: 'U8', shape: [5000], data_offsets: [0, 5000] } }, 5000)
    const file = fileOf(bytes)
    await readSafetensorsHeader(file)
    expect(file.reads).toEqual([
      [0, 8],
      [8, bytes.length - 5000],
    ])
  })

  test.each([
    ['F64', 8],
    ['F32', 4],
    ['F16', 2],
    ['BF16', 2],
    ['F8_E4M3', 1],
    ['F8_E5M2', 1],
    ['F8_E8M0', 1],
    ['C64', 8],
    ['I64', 8],
    ['I32', 4],
    ['I16', 2],
    ['I8', 1],
    ['U64', 8],
    ['U32', 4],
    ['U16', 2],
    ['U8', 1],
    ['BOOL', 1],
    ['F6_E2M3', 0.75],
    ['F4', 0.5],
  ])('values of %s have their size', async (dtype, bytesPerValue) => {
    const end = 8 * bytesPerValue
    const header = { a: { dtype, shape: [2, 4], data_offsets: [0, end] } }
    expect(
      (await readSafetensorsHeader(fileOf(safetensorsBytes(header, end)))).tensors.get('a'),
    ).toMatchObject({
      dtype,
      byteLength: end,
    })
    await refused(
      { a: { dtype, shape: [2, 4], data_offsets: [0, end + 1] } },
      end + 1,
      '"a"',
      `${end + 1}`,
      `${end}`,
    )
  })

  test('scalars, empty tensors, empty files, unknown fields, and whitespace around the JSON are valid', async () => {
    const header = {
      scalar: { dtype: 'I64', shape: [], data_offsets: [0, 8], comment: [{}] },
      empty: { dtype: 'F32', shape: [3, 0], data_offsets: [8, 8] },
      emptyAtStart: { dtype: 'F32', shape: [0], data_offsets: [0, 0] },
    }
    const { tensors } = await readSafetensorsHeader(
      fileOf(safetensorsBytes(` ${JSON.stringify(header)}\n   `, 8)),
    )
    expect([...tensors].map(([name, { byteLength }]) => [name, byteLength])).toEqual([
      ['emptyAtStart', 0],
      ['scalar', 8],
      ['empty', 0],
    ])
    expect((await readSafetensorsHeader(fileOf(safetensorsBytes({}, 0)))).tensors.size).toBe(0)
    expect(
      (await readSafetensorsHeader(fileOf(safetensorsBytes({ __metadata__: null }, 0)))).metadata,
    ).toEqual({})
  })

  test('tensors may be named like members of Object.prototype', async () => {
    const entry = (begin: number) => `{"dtype":"U8","shape":[1],"data_offsets":[${begin},${begin + 1}]}`
    const json = `{"__proto__":${entry(0)},"constructor":${entry(1)},"toString":${entry(2)},"__metadata__":{"__proto__":"x"}}`
    const { tensors, metadata } = await readSafetensorsHeader(fileOf(safetensorsBytes(json, 3)))
    expect([...tensors.keys()]).toEqual(['__proto__', 'constructor', 'toString'])
    expect(Object.entries(metadata)).toEqual([['__proto__', 'x']])
    expect(({} as Record<string, unknown>).dtype).toBeUndefined()
  })

  test('the last of two entries with the same name counts', async () => {
    const json = '{"a":7,"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}'
    expect(
      (await readSafetensorsHeader(fileOf(safetensorsBytes(json, 2)))).tensors.get('a')?.byteLength,
    ).toBe(2)
  })

  test.each<[string, unknown, ...string[]]>([
    ['a missing dtype', { ...float, dtype: undefined }, '"a"', 'undefined'],
    ['an unknown dtype', { ...float, dtype: 'F31' }, '"a"', '"F31"', 'F32'],
    ['a dtype that is a list', { ...float, dtype: ['F32'] }, '"a"', 'dtype'],
    ['a dtype from the prototype', { ...float, dtype: 'toString' }, '"a"', '"toString"'],
    ['a missing shape', { ...float, shape: undefined }, '"a"', 'shape'],
    ['a shape that is no list', { ...float, shape: { length: 1 } }, '"a"', 'an object'],
    ['a negative dimension', { ...float, shape: [-1] }, '"a"', '[-1]'],
    ['a fraction as a dimension', { ...float, shape: [1.5] }, '"a"', '[1.5]'],
    ['a text as a dimension', { ...float, shape: ['1'] }, '"a"', 'shape'],
    ['null as a dimension', { ...float, shape: [null] }, '"a"', 'shape'],
    ['a dimension beyond 2^53', { ...float, shape: [2 ** 53] }, '"a"', '9007199254740992'],
    ['a product beyond 2^53', { ...float, shape: [2 ** 40, 2 ** 40] }, '"a"', 'shape'],
    ['a product beyond 2^53 before a zero', { ...empty, shape: [2 ** 50, 2 ** 50, 0] }, '"a"', 'shape'],
    ['missing offsets', { ...float, data_offsets: undefined }, '"a"', 'data_offsets', 'undefined'],
    ['one offset', { ...float, data_offsets: [0] }, '"a"', '[0]'],
    ['three offsets', { ...float, data_offsets: [0, 4, 4] }, '"a"', '[0, 4, 4]'],
    ['a negative offset', { ...float, data_offsets: [-4, 0] }, '"a"', '[-4, 0]'],
    ['offsets as texts', { ...float, data_offsets: ['0', '4'] }, '"a"', 'data_offsets'],
    ['an end before the beginning', { ...float, data_offsets: [4, 0] }, '"a"', '4', '0'],
    ['an end beyond the file', { ...float, shape: [2], data_offsets: [0, 8] }, '"a"', '8', '4'],
    ['an offset near 2^53', { ...float, data_offsets: [2 ** 53 - 5, 2 ** 53 - 1] }, '"a"', `${2 ** 53 - 1}`],
    ['fewer bytes than its shape takes', { ...float, shape: [2] }, '"a"', '4 bytes', '8'],
    ['a number instead of an entry', 7, '"a"', '7'],
    ['a list instead of an entry', ['F32', [1], [0, 4]], '"a"'],
    ['null instead of an entry', null, '"a"', 'null'],
    ['an object that is hostile to print', { ...float, dtype: hostile }, '"a"'],
  ])('a tensor with %s is refused', async (_, entry, ...parts) => {
    await refused({ a: entry }, 4, ...parts)
  })

  test('a 4-bit tensor that ends within a byte is refused', async () => {
    await refused({ a: { dtype: 'F4', shape: [3], data_offsets: [0, 2] } }, 2, '"a"')
  })

  test('tensors that overlap, leave gaps, or leave bytes at the end are refused', async () => {
    const at = (begin: number) => ({ ...float, data_offsets: [begin, begin + 4] })
    await refused({ a: at(0), b: at(0) }, 4, '"b" overlaps', '4 bytes')
    await refused({ a: at(0), b: at(2) }, 6, '"b" overlaps', '2 bytes')
    await refused({ a: at(0), b: at(6) }, 10, '2 bytes', '"b"')
    await refused({ a: at(1) }, 5, '1 bytes', '"a"')
    await refused({ a: at(0) }, 7, '3 bytes')
    await refused({}, 1, '1 bytes')
  })

  test.each([
    ['not JSON', '{"a":'],
    ['empty', ''],
    ['a list', '[]'],
    ['a text', '"abc"'],
    ['null', 'null'],
    ['a number', '12'],
    ['not UTF-8', Uint8Array.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
    ['JSON behind a byte order mark', '\uFEFF{}'],
    ['nested very deep', '['.repeat(200_000)],
  ])('a header that is %s is refused', async (_, header) => {
    await refused(header, 0, 'header')
  })

  test('nesting of a header is limited before it is parsed, and brackets in strings do not count', async () => {
    const nested = (depth: number) =>
      `{"a\\"${'['.repeat(500)}":{"dtype":"U8","shape":[0],"data_offsets":[0,0],"x":${'['.repeat(depth - 2)}${']'.repeat(depth - 2)}}}`
    expect((await readSafetensorsHeader(fileOf(safetensorsBytes(nested(128), 0)))).tensors.size).toBe(1)
    await refused(nested(129), 0, 'deeper than 128')
  })

  test('the error for invalid JSON has its cause', () => {
    const json = new TextEncoder().encode('{"a"')
    expect(() => parseSafetensorsHeader(json, { file: 'model.safetensors', fileByteLength: 12 })).toThrow(
      expect.objectContaining({ cause: expect.any(SyntaxError) as SyntaxError }),
    )
  })

  test('metadata that is not strings is refused', async () => {
    await refused({ __metadata__: [] }, 0, '__metadata__')
    await refused({ __metadata__: 'pt' }, 0, '__metadata__', '"pt"')
    await refused({ __metadata__: { format: 1 } }, 0, '__metadata__', '"format"', '1')
  })

  test('messages shorten long values of the file', async () => {
    const name = 'n'.repeat(1_000_000)
    const shape = new Array<number>(100_000).fill(-1)
    const file = fileOf(safetensorsBytes({ [name]: { ...float, shape } }, 4))
    const error = await readSafetensorsHeader(file).catch((reason: Error) => reason)
    expect((error as Error).message.length).toBeLessThan(400)
  })

  test('a file that is cut short anywhere is refused', async () => {
    const bytes = safetensorsBytes({ a: float }, 4)
    for (let length = 0; length < bytes.length; length++)
      await expect(readSafetensorsHeader(fileOf(bytes.subarray(0, length)))).rejects.toThrow(refusal())
  })

  test('a source that returns fewer bytes than announced is refused', async () => {
    const bytes = safetensorsBytes({ a: float }, 4)
    const file = { ...fileOf(bytes.subarray(0, 20)), byteLength: bytes.length }
    await expect(readSafetensorsHeader(file)).rejects.toThrow(refusal('12 bytes'))
    await expect(readSafetensorsHeader({ ...file, read: async () => new Uint8Array(3) })).rejects.toThrow(
      refusal('3 bytes'),
    )
  })

  test('an error of the source is passed on unchanged', async () => {
    const reason = new Error('disk')
    const file = { path: 'model.safetensors', byteLength: 100, read: () => Promise.reject(reason) }
    await expect(readSafetensorsHeader(file)).rejects.toBe(reason)
  })
})

describe('parseSafetensorsHeaderLength', () => {
  function prefixOf(length: bigint): Uint8Array {
    const prefix = new Uint8Array(8)
    new DataView(prefix.buffer).setBigUint64(0, length, true)
    return prefix
  }

  test('a header length is valid if the file has room for it', () => {
    const info = { file: 'model.safetensors', fileByteLength: 108 }
    expect(parseSafetensorsHeaderLength(prefixOf(100n), info)).toBe(100)
    expect(() => parseSafetensorsHeaderLength(prefixOf(101n), info)).toThrow(refusal('101', '108'))
  })

  test('a header may have 25 MB at most, however large the file is', () => {
    const info = { file: 'model.safetensors', fileByteLength: 2 ** 40 }
    expect(parseSafetensorsHeaderLength(prefixOf(25_000_000n), info)).toBe(25_000_000)
    for (const length of [25_000_001n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n])
      expect(() => parseSafetensorsHeaderLength(prefixOf(length), info)).toThrow(
        refusal(`${length}`, '25000000'),
      )
  })

  test('the header length is read from a view into a larger buffer', () => {
    const buffer = new Uint8Array(20).fill(255)
    buffer.set(prefixOf(2n), 5)
    const info = { file: 'model.safetensors', fileByteLength: 10 }
    expect(parseSafetensorsHeaderLength(buffer.subarray(5, 13), info)).toBe(2)
  })

  test.each([
    ['<!DOCTYPE html>', 'HTML'],
    ['\n\n <html>', 'HTML'],
    ['version https://git-lfs.github.com/spec/v1', 'git lfs pull'],
    ['{"error":"not found"}', 'JSON'],
    ['PK\x03\x04\x00\x00\x08\x08', 'pytorch_model.bin'],
    ['GGUF\x03\x00\x00\x00', 'GGUF'],
    ['anything else', 'download it again'],
  ])('the error for a file that begins with %j says what it looks like', (text, words) => {
    const prefix = new TextEncoder().encode(text).slice(0, 8)
    const info = { file: 'model.safetensors', fileByteLength: 130 }
    expect(() => parseSafetensorsHeaderLength(prefix, info)).toThrow(refusal(words))
  })
})
