import { describe, expect, test } from 'vitest'
import { parseEncoder } from '../../../src/model/architectures/parse-encoder.js'
import { convertFile } from '../../../src/model/conversion/converted-file.js'
import { traceEncoder } from '../../../src/model/conversion/encoder-trace.js'
import { isConvertedFile } from '../../../src/model/conversion/read-converted-file.js'
import { readSafetensorsHeader, type SafetensorsFile } from '../../../src/model/safetensors/safetensors.js'
import { bytesFile } from '../../../src/sources/model-source.js'
import { collect } from '../../support/collect.js'
import { readFiles, readJson } from '../../support/fixtures.js'
import { fileOf } from '../../support/safetensors-file.js'

const weightsOf = (name: string) => readFiles(name)['model.safetensors']!

async function quantize(name: string, original: SafetensorsFile = fileOf(weightsOf(name))) {
  const trace = traceEncoder(await parseEncoder(readJson(name, 'config.json')))
  return convertFile(original, { trace, dtype: 'q8' })
}

async function quantizedBytes(name: string): Promise<Uint8Array> {
  return collect((await quantize(name)).chunks)
}

/** A copy of the bytes with one bit changed. */
function changed(bytes: Uint8Array, index: number): Uint8Array {
  const copy = Uint8Array.from(bytes)
  copy[index]! ^= 1
  return copy
}

describe('a quantised file', () => {
  test('a quantised file is a safetensors file of the announced length', async () => {
    const { byteLength, chunks } = await quantize('tiny-old-names')
    const bytes = await collect(chunks)
    expect(bytes.byteLength).toBe(byteLength)
    const { tensors } = await readSafetensorsHeader(fileOf(bytes))
    expect(tensors.get('encoder.layer.0.intermediate.dense.weight')).toMatchObject({ dtype: 'I8' })
    expect(tensors.get('encoder.layer.0.intermediate.dense.weight.scale')).toMatchObject({ dtype: 'F32' })
    expect(tensors.get('embeddings.LayerNorm.weight')).toMatchObject({ dtype: 'F32' })
  })

  test('a quantised file leaves out tensors that the encoder does not use', async () => {
    const { tensors } = await readSafetensorsHeader(fileOf(await quantizedBytes('tiny-masked-lm')))
    expect([...tensors.keys()].filter((name) => /cls|pooler|position_ids/.test(name))).toEqual([])
  })

  test('a quantised file is smaller than half of the original', async () => {
    const original = weightsOf('bert-small-untrained')
    expect((await quantizedBytes('bert-small-untrained')).byteLength).toBeLessThan(original.byteLength / 2)
  })

  test('a quantised file has transposed matrices, with a scale for each output', async () => {
    const original = fileOf(weightsOf('tiny-relu'))
    const file = fileOf(await quantizedBytes('tiny-relu'))
    const name = 'encoder.layer.0.attention.output.dense.weight'
    const read = async (from: SafetensorsFile, tensor: string) => {
      const entry = (await readSafetensorsHeader(from)).tensors.get(tensor)!
      const bytes = await from.read(entry.byteOffset, entry.byteOffset + entry.byteLength)
      return { shape: entry.shape as [number, number], buffer: Uint8Array.from(bytes).buffer }
    }
    const source = await read(original, name)
    const [to, from] = source.shape
    const floats = new Float32Array(source.buffer)
    const values = await read(file, name)
    const scales = new Float32Array((await read(file, `${name}.scale`)).buffer)
    expect(values.shape).toEqual([from, to])
    const numbers = new Int8Array(values.buffer)
    for (let output = 0; output < to; output++)
      for (let input = 0; input < from; input++) {
        const value = numbers[input * to + output]! * scales[output]!
        // A few numbers of each row are rounded the other way, so that the errors cancel.
        expect(Math.abs(value - floats[output * from + input]!)).toBeLessThanOrEqual(scales[output]! * 1.0001)
      }
  })

  test.each(['tiny-f16', 'tiny-bf16'])(
    '16-bit weights of %s are widened before they are quantised',
    async (name) => {
      const { tensors } = await readSafetensorsHeader(fileOf(await quantizedBytes(name)))
      expect(new Set(Array.from(tensors.values(), ({ dtype }) => dtype))).toEqual(
        new Set(['I8', 'F32', 'U8']),
      )
    },
  )

  test('the original is read forwards, each byte at most once', async () => {
    const original = fileOf(weightsOf('tiny-masked-lm'))
    await collect((await quantize('tiny-masked-lm', original)).chunks)
    original.reads.reduce((end, [start, next]) => {
      expect(start).toBeGreaterThanOrEqual(end)
      return next
    }, 0)
  })

  test('weights that are not aligned in memory are quantised the same', async () => {
    const bytes = weightsOf('tiny-relu')
    const askew = new Uint8Array(bytes.byteLength + 1).subarray(1)
    askew.set(bytes)
    const file = await quantize('tiny-relu', bytesFile('model.safetensors', askew))
    expect(await collect(file.chunks)).toEqual(await quantizedBytes('tiny-relu'))
  })

  test.each(['embeddings.word_embeddings.weight', 'encoder.layer.0.output.dense.weight'])(
    'a NaN in %s is an error INVALID_WEIGHTS',
    async (name) => {
      const bytes = Uint8Array.from(weightsOf('tiny-relu'))
      const { tensors } = await readSafetensorsHeader(fileOf(bytes))
      const { byteOffset, byteLength } = tensors.get(name)!
      new DataView(bytes.buffer).setFloat32(byteOffset + byteLength - 4, Number.NaN, true)
      const { chunks } = await quantize('tiny-relu', fileOf(bytes))
      await expect(collect(chunks)).rejects.toMatchObject({ code: 'INVALID_WEIGHTS' })
    },
  )
})

describe('a kept file', () => {
  test('a kept file is accepted if it is unchanged', async () => {
    expect(await isConvertedFile(fileOf(await quantizedBytes('tiny-relu')), 'q8')).toBe(true)
  })

  test('a kept file is refused if it was cut short, its end was never written, or its header has changed', async () => {
    const bytes = await quantizedBytes('tiny-relu')
    const zeroed = Uint8Array.from(bytes).fill(0, bytes.byteLength - 512)
    const shape = new TextDecoder('latin1').decode(bytes).indexOf('"shape":[') + '"shape":['.length
    const broken = [
      new Uint8Array(),
      bytes.subarray(0, 5),
      bytes.subarray(0, bytes.byteLength / 2),
      bytes.subarray(0, -1),
      zeroed,
      changed(bytes, 0),
      changed(bytes, shape),
      changed(bytes, bytes.byteLength - 1),
      new Uint8Array(bytes.byteLength),
    ]
    for (const [index, file] of broken.entries())
      expect(await isConvertedFile(fileOf(file), 'q8'), `file ${index}`).toBe(false)
  })

  test('a kept file is refused if another program wrote it', async () => {
    expect(await isConvertedFile(fileOf(weightsOf('tiny-relu')), 'q8')).toBe(false)
  })
})
