import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BertEmbedError } from '../../../src/errors.js'
import { readOnnxFile } from '../../../src/model/onnx/file/onnx-file.js'
import { writeStringEntry } from '../../../src/model/onnx/onnx-proto.js'
import { createProtobufWriter, type ProtobufWriter } from '../../../src/model/onnx/protobuf-writer.js'

const fixtures = new URL('../../fixtures/onnx-models/', import.meta.url)
const fixture = (path: string) => new Uint8Array(readFileSync(new URL(path, fixtures)))

function fileOf(bytes: Uint8Array, path = 'onnx/model.onnx') {
  return {
    path,
    byteLength: bytes.byteLength,
    read: async (start: number, end: number) => bytes.slice(start, end),
  }
}

const readBytes = (bytes: Uint8Array) => readOnnxFile(fileOf(bytes))

/** A model with one tensor and one input. */
function modelOf(writeTensor: (writer: ProtobufWriter) => void): Uint8Array {
  const model = createProtobufWriter()
  model.writeVarintField(1, 10)
  model.writeMessage(
    7,
    (_, graph) => {
      graph.writeMessage(5, (__, tensor) => writeTensor(tensor), undefined)
      graph.writeMessage(11, (__, input) => input.writeStringField(1, 'weight'), undefined)
      graph.writeMessage(11, (__, input) => input.writeStringField(1, 'input_ids'), undefined)
    },
    undefined,
  )
  return model.finish()
}

function externalModel(
  location: string,
  fields: Readonly<Record<string, string>> = {},
  writeSize: (tensor: ProtobufWriter) => void = () => {},
): Uint8Array {
  return modelOf((tensor) => {
    writeSize(tensor)
    tensor.writeStringField(8, 'weight')
    tensor.writeVarintField(14, 1)
    for (const entry of Object.entries({ location, ...fields }))
      tensor.writeMessage(13, writeStringEntry, entry)
  })
}

function sizeOf(dims: readonly number[], elementType: number) {
  return (tensor: ProtobufWriter) => {
    for (const dim of dims) tensor.writeVarintField(1, dim)
    tensor.writeVarintField(2, elementType)
  }
}

/** The size as proto3 writes it: one field with all dimensions, as varints without tags. */
function packedSizeOf(dims: readonly number[], elementType: number) {
  const packed = dims.flatMap((dim) => {
    const writer = createProtobufWriter()
    writer.writeVarintField(1, dim)
    return [...writer.finish().subarray(1)]
  })
  return (tensor: ProtobufWriter) => {
    tensor.writeBytesField(1, Uint8Array.from(packed))
    tensor.writeVarintField(2, elementType)
  }
}

describe('an ONNX file', () => {
  test('the inputs and outputs of an ONNX file are read', async () => {
    const { inputs, outputs } = await readBytes(fixture('transformers-js/onnx/model.onnx'))
    expect(inputs).toEqual(
      ['input_ids', 'attention_mask', 'token_type_ids'].map((name) => {
        return { name, elementType: 7, shape: [undefined, undefined] }
      }),
    )
    expect(outputs).toMatchObject([
      { name: 'last_hidden_state', elementType: 1, shape: [undefined, undefined, 16] },
    ])
  })

  test('an ONNX file becomes a small graph, and its weights stay in the file', async () => {
    const bytes = fixture('transformers-js/onnx/model.onnx')
    const onnx = await readBytes(bytes)
    expect([...onnx.weightFiles.keys()]).toEqual(['onnx/model.onnx'])
    expect([...onnx.weightFiles.values()][0]).toBeLessThanOrEqual(bytes.byteLength)
    const graph = onnx.toBytes(() => 'somewhere')
    expect(graph.byteLength).toBeLessThan(bytes.byteLength - 30_000)
    const reread = await readOnnxFile(fileOf(graph, 'graph.onnx'))
    expect(reread.weightFiles).toEqual(new Map([['somewhere', [...onnx.weightFiles.values()][0]]]))
  })

  test('an ONNX file may have its weights in files next to it', async () => {
    const onnx = await readBytes(fixture('sentence-transformers/onnx/model.onnx'))
    expect(onnx.weightFiles).toEqual(new Map([['onnx/model.onnx_data', 37888]]))
    const inFolder = await readBytes(externalModel('./part/data'))
    expect([...inFolder.weightFiles.keys()]).toEqual(['onnx/part/data'])
    const atRoot = await readOnnxFile(fileOf(externalModel('data'), 'model.onnx'))
    expect([...atRoot.weightFiles.keys()]).toEqual(['data'])
  })

  test.each([
    ['an offset and a length', { offset: '100', length: '50' }, () => {}, 150],
    ['a length', { length: '50' }, () => {}, 50],
    ['neither', {}, sizeOf([4, 16], 1), 256],
    ['an offset', { offset: '64' }, sizeOf([4, 16], 1), 320],
    ['packed dimensions', {}, packedSizeOf([300, 16], 10), 9600],
    ['4 bits each', {}, sizeOf([3, 3], 22), 5],
    ['an unknown type', {}, sizeOf([3], 99), 0],
  ] as const)('the end of external weights is known from %s', async (_, fields, writeSize, end) => {
    const { weightFiles } = await readBytes(externalModel('data', fields, writeSize))
    expect(weightFiles).toEqual(new Map([['onnx/data', end]]))
  })

  test.each(['-1', '1e3', 'x', '', '9'.repeat(20)])(
    'external weights at offset %j are an error INVALID_ONNX',
    async (offset) => {
      await expect(readBytes(externalModel('data', { offset }))).rejects.toMatchObject({
        code: 'INVALID_ONNX',
      })
    },
  )

  test('weights that an old file lists as inputs are not inputs', async () => {
    const { inputs } = await readBytes(externalModel('data'))
    expect(inputs.map(({ name }) => name)).toEqual(['input_ids'])
  })

  test.each(['../secret', '/etc/passwd', 'a/../../b', 'C:\\data', 'a\\b', '', 'a\0b'])(
    'external weights in %j are an error INVALID_ONNX',
    async (location) => {
      await expect(readBytes(externalModel(location))).rejects.toMatchObject({ code: 'INVALID_ONNX' })
    },
  )

  test.each([
    ['nothing', new Uint8Array()],
    ['a page', new TextEncoder().encode('<!doctype html><html></html>')],
    ['a Git LFS pointer', new TextEncoder().encode('version https://git-lfs.github.com/spec/v1\n')],
    ['two graphs', Uint8Array.of(0x3a, 0, 0x3a, 0)],
    ['a graph that is a number', Uint8Array.of(0x38, 1)],
    ['a length beyond the end', Uint8Array.of(0x3a, 0xff, 0xff, 0xff, 0xff, 0x0f)],
    ['a length without an end', new Uint8Array(40).fill(0xff)],
  ])('a file with %s is an error INVALID_ONNX', async (_, bytes) => {
    await expect(readBytes(bytes)).rejects.toMatchObject({ code: 'INVALID_ONNX' })
  })

  test('an ONNX file that is cut short anywhere is an error INVALID_ONNX', async () => {
    const bytes = externalModel('data')
    for (let length = 3; length < bytes.byteLength; length++)
      await expect(readBytes(bytes.subarray(0, length))).rejects.toMatchObject({ code: 'INVALID_ONNX' })
  })

  test('an ONNX file with changed bytes is read or is a typed error', async () => {
    const bytes = externalModel('data')
    const change = fc.tuple(fc.nat(bytes.byteLength - 1), fc.nat(255))
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 5 }), async (changes) => {
        const changed = bytes.slice()
        for (const [index, value] of changes) changed[index] = value
        await readBytes(changed).catch((error) => expect(error).toBeInstanceOf(BertEmbedError))
      }),
      { numRuns: 2000 },
    )
  })
})
