/** The contract of a backend that takes plans. */

import { describe, expect, test } from 'vitest'
import type { Backend, PlanModel } from '../../src/backends/backend.js'
import {
  encoderInputs,
  encoderOutput,
  maxPooledOutput,
  pooledOutput,
  poolingWeightsInput,
} from '../../src/model/encoder-tensors.js'
import { bytesFile, type ModelFile } from '../../src/sources/model-source.js'
import { createTensor, type Tensor } from '../../src/tensor/tensor.js'
import { configOf, randomBatch, randomPlanModel, textOf } from '../support/engine-models.js'

export interface PlanContract {
  readonly name: string
  readonly backend: Backend
  /** Creates a file with these bytes. It decides where the weights are: in memory, in a Blob, or on disk. */
  readonly createFile?: (path: string, bytes: Uint8Array) => ModelFile
}

type Inputs = Record<string, Tensor>

export function testPlanContract({ name, backend, createFile = bytesFile }: PlanContract): void {
  describe(`plans on ${name}`, () => {
    const config = configOf.bert({ hidden: 20, heads: 2, inner: 24 })
    const outputs = [encoderOutput, pooledOutput, maxPooledOutput] as const

    async function createModel(): Promise<PlanModel> {
      const { plan, files } = await randomPlanModel(config, { seed: 1 })
      const contents = files.map(({ path, content }) => {
        if (content.type !== 'bytes') throw new Error('a memory source has its files in memory')
        return createFile(path, content.bytes.slice())
      })
      return { plan, files: contents }
    }
    const create = async (options = {}) => backend.createPlanSession!(await createModel(), options)
    const inputs = randomBatch([5, 9, 2], { seed: 1 })

    test('run returns the requested outputs, with a separate ArrayBuffer for each', async () => {
      const session = await create()
      expect(session.outputNames).toEqual(outputs)
      const all = await session.run(inputs, outputs)
      expect(all[encoderOutput].shape).toEqual([3, 9, 20])
      expect(all[pooledOutput].shape).toEqual([3, 4, 20])
      expect(all[maxPooledOutput].shape).toEqual([3, 20])
      const tensors = Object.values<Tensor>(all)
      for (const { data } of tensors) {
        expect(data.every(Number.isFinite)).toBe(true)
        expect(data.buffer).toBeInstanceOf(ArrayBuffer)
        expect(data.byteLength).toBe(data.buffer.byteLength)
      }
      expect(new Set(tensors.map(({ data }) => data.buffer)).size).toBe(3)
      expect(Object.keys(await session.run(inputs, [pooledOutput]))).toEqual([pooledOutput])
      await session.dispose()
    })

    test('run returns the same values again, and leaves its inputs and the weights unchanged', async () => {
      const model = await createModel()
      const before = await Promise.all(model.files.map((file) => file.read(0, file.byteLength)))
      const weights = before.map((bytes) => bytes.slice())
      const copies = structuredClone(inputs)
      const session = await backend.createPlanSession!(model)
      const first = await session.run(inputs, outputs)
      expect(await session.run(inputs, outputs)).toEqual(first)
      expect(inputs).toEqual(copies)
      const after = await Promise.all(model.files.map((file) => file.read(0, file.byteLength)))
      expect(after).toEqual(weights)
      await session.dispose()
    })

    test('an input may be a view of a part of its buffer', async () => {
      const session = await create()
      const views: Inputs = Object.fromEntries(
        Object.entries(inputs).map(([input, { dtype, data, shape }]) => {
          const buffer = new ArrayBuffer(data.byteLength + 16)
          const view =
            dtype === 'int32'
              ? new Int32Array(buffer, 8, data.length)
              : new Float32Array(buffer, 8, data.length)
          view.set(data as Int32Array)
          return [input, createTensor(dtype as 'int32', view as Int32Array, shape)]
        }),
      )
      expect(await session.run(views, outputs)).toEqual(await session.run(inputs, outputs))
      await session.dispose()
    })

    test('runs may overlap', async () => {
      const session = await create()
      const batches = Array.from({ length: 8 }, (_, seed) => randomBatch([3 + seed, 4], { seed }))
      const together = await Promise.all(batches.map((batch) => session.run(batch, outputs)))
      for (const [index, batch] of batches.entries())
        expect(together[index]).toEqual(await session.run(batch, outputs))
      await session.dispose()
    })

    const [inputIds, attentionMask, tokenTypeIds] = encoderInputs
    const int32 = (values: readonly number[], shape: readonly number[]) =>
      createTensor('int32', Int32Array.from(values), shape)
    const oneText = textOf(inputs, 2)
    const wrongInputs: Readonly<Record<string, Inputs>> = {
      'without inputs': {},
      'with a mask of another shape': { ...oneText, [attentionMask]: int32([1, 1, 1], [1, 3]) },
      'with float ids': { ...oneText, [inputIds]: createTensor('float32', new Float32Array(2), [1, 2]) },
      'with an id beyond the vocabulary': { ...oneText, [inputIds]: int32([3, 50], [1, 2]) },
      'with a negative id': { ...oneText, [inputIds]: int32([3, -1], [1, 2]) },
      'with a token type that the model does not have': { ...oneText, [tokenTypeIds]: int32([0, 2], [1, 2]) },
      'with more tokens than positions': randomBatch([321], { seed: 1 }),
      'with a mask of twos': { ...oneText, [attentionMask]: int32([2, 2], [1, 2]) },
      'with a negative mask': { ...oneText, [attentionMask]: int32([-1, -1], [1, 2]) },
      'with a gap in the mask': {
        ...randomBatch([3], { seed: 1 }),
        [attentionMask]: int32([1, 0, 1], [1, 3]),
      },
      'without pooling weights': { ...oneText, [poolingWeightsInput]: undefined as never },
      'with pooling weights for another number of tokens': {
        ...oneText,
        [poolingWeightsInput]: createTensor('float32', new Float32Array(3), [1, 1, 3]),
      },
    }

    test('a run with wrong inputs is an error BACKEND_FAILED, and the next run works', async () => {
      const session = await create()
      const expected = await session.run(inputs, outputs)
      for (const [what, wrong] of Object.entries(wrongInputs)) {
        const given = Object.fromEntries(Object.entries(wrong).filter(([, tensor]) => tensor !== undefined))
        await expect(session.run(given, [pooledOutput]), what).rejects.toMatchObject({
          code: 'BACKEND_FAILED',
        })
        expect(await session.run(inputs, outputs), what).toEqual(expected)
      }
      await expect(session.run(inputs, ['absent'])).rejects.toMatchObject({ code: 'BACKEND_FAILED' })
      await session.dispose()
    })

    test('a batch may have no texts, and texts without tokens, whose vectors are 0', async () => {
      const session = await create()
      const none = await session.run(randomBatch([0, 0], { seed: 1, width: 0 }), outputs)
      expect(none[encoderOutput].shape).toEqual([2, 0, 20])
      expect(none[pooledOutput].data.every((value) => value === 0)).toBe(true)
      const some = await session.run(randomBatch([0, 4, 0], { seed: 1 }), outputs)
      const pooled = some[pooledOutput].data as Float32Array
      const size = pooled.length / 3
      for (const text of [0, 2])
        expect(pooled.subarray(text * size, (text + 1) * size).every((value) => value === 0)).toBe(true)
      expect(some[encoderOutput].data.every(Number.isFinite)).toBe(true)
      const empty = await session.run(randomBatch([], { seed: 1, width: 0 }), outputs)
      expect(empty[encoderOutput].shape).toEqual([0, 0, 20])
      await session.dispose()
    })

    test('dispose may be called twice, and a run after it is an error DISPOSED', async () => {
      const session = await create()
      await session.dispose()
      await session.dispose()
      await expect(session.run(inputs, outputs)).rejects.toMatchObject({ code: 'DISPOSED' })
    })

    test('dispose during runs waits for them', async () => {
      const session = await create()
      const runs = [session.run(inputs, outputs), session.run(inputs, outputs)]
      await session.dispose()
      const [first, second] = await Promise.all(runs)
      expect(second).toEqual(first)
    })

    test('an unknown device is an error UNSUPPORTED_DEVICE', async () => {
      await expect(create({ device: 'abacus' })).rejects.toMatchObject({ code: 'UNSUPPORTED_DEVICE' })
    })

    test.each([0, 1.5, -1, 1e9, Number.NaN])('threads %s is an error INVALID_OPTION', async (threads) => {
      await expect(create({ threads })).rejects.toMatchObject({ code: 'INVALID_OPTION' })
    })

    test.each([1, 2, 1024])('the values are the same with threads %s', async (threads) => {
      const [session, usual] = [await create({ threads }), await create()]
      expect(await session.run(inputs, outputs)).toEqual(await usual.run(inputs, outputs))
      await session.dispose()
      await usual.dispose()
    })

    test('a file that ends too early is an error READ_FAILED', async () => {
      const { plan, files } = await createModel()
      const short = await Promise.all(
        files.map(async (file) => createFile(file.path, (await file.read(0, file.byteLength)).slice(0, -8))),
      )
      const session = backend.createPlanSession!({ plan, files: short })
      await expect(session).rejects.toMatchObject({ code: 'READ_FAILED' })
    })

    test('an ONNX graph is an error UNSUPPORTED_MODEL that names other backends', async () => {
      const session = backend.createSession({ files: [], toBytes: () => new Uint8Array() })
      await expect(session).rejects.toMatchObject({
        code: 'UNSUPPORTED_MODEL',
        message: expect.stringMatching(/webBackend\(\).*nodeBackend\(\)/),
      })
    })
  })
}
