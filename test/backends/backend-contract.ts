/** The contract of a backend. Authors of other backends can run it too. */

import { describe, expect, test } from 'vitest'
import type { Backend } from '../../src/backends/backend.js'
import { createGraphBuilder } from '../../src/model/onnx/graph-builder.js'
import { modelToBytes } from '../../src/model/onnx/onnx-proto.js'
import { bytesFile, type ModelFile } from '../../src/sources/model-source.js'
import { createTensor } from '../../src/tensor/tensor.js'

export interface BackendContract {
  readonly name: string
  readonly backend: Backend
  /** Creates a file with these bytes. It decides where the weights are: in memory, in a Blob, or on disk. */
  readonly createFile?: (path: string, bytes: Uint8Array) => ModelFile
}

export function testBackendContract({ name, backend, createFile = bytesFile }: BackendContract): void {
  describe(`the backend ${name}`, () => {
    const weights = Float32Array.of(0, 10, 20, 30)
    /** The weights do not begin at the start of their files, as in published files. */
    const files = () => [
      createFile('a.bin', new Uint8Array(weights.buffer)),
      createFile('b.bin', new Uint8Array(Float32Array.of(-1, 100).buffer)),
    ]

    /** The outputs are `sum`, x [batch, 2] + weights[2..4] + b[1], and `double`, two times the sum. */
    const toBytes = (locate: (path: string) => string) => {
      const graph = createGraphBuilder()
      const x = graph.input('x', 'float32', ['batch', 2])
      const content = { location: locate('a.bin'), byteOffset: 8, byteLength: 8 }
      const a = graph.initializer({ name: 'a', dtype: 'float32', shape: [2], content })
      const other = { location: locate('b.bin'), byteOffset: 4, byteLength: 4 }
      const b = graph.initializer({ name: 'b', dtype: 'float32', shape: [1], content: other })
      const sum = graph.op('Add', [graph.op('Add', [x, a]), b])
      graph.output('sum', sum, 'float32', ['batch', 2])
      graph.output('double', graph.op('Add', [sum, sum]), 'float32', ['batch', 2])
      return modelToBytes(graph.build('contract'))
    }
    const x = createTensor('float32', Float32Array.of(1, 2, 3, 4), [2, 2])

    test('run computes a graph with weights in files, and returns the requested outputs', async () => {
      const session = await backend.createSession({ files: files(), toBytes })
      expect(session.outputNames).toEqual(['sum', 'double'])
      const { sum } = await session.run({ x }, ['sum'])
      expect(sum).toEqual({ dtype: 'float32', shape: [2, 2], data: Float32Array.of(121, 132, 123, 134) })
      const outputs = await session.run({ x }, ['double'])
      expect(Object.keys(outputs)).toEqual(['double'])
      await session.dispose()
    })

    test('the inputs and the weights stay unchanged', async () => {
      const session = await backend.createSession({ files: files(), toBytes })
      const part = createTensor('float32', Float32Array.of(0, 1, 2, 3).subarray(1, 3), [1, 2])
      for (const _ of [1, 2]) expect((await session.run({ x: part }, ['sum'])).sum.data[0]).toBe(121)
      expect([...part.data]).toEqual([1, 2])
      expect([...weights]).toEqual([0, 10, 20, 30])
      await session.dispose()
    })

    test('runs may overlap', async () => {
      const session = await backend.createSession({ files: files(), toBytes })
      const inputs = Array.from({ length: 8 }, (_, i) =>
        createTensor('float32', Float32Array.of(i, i), [1, 2]),
      )
      const outputs = await Promise.all(inputs.map((input) => session.run({ x: input }, ['sum'])))
      expect(outputs.map(({ sum }) => sum.data[0])).toEqual([120, 121, 122, 123, 124, 125, 126, 127])
      await session.dispose()
    })

    test('a failed run is an error BACKEND_FAILED, and the next run works', async () => {
      const session = await backend.createSession({ files: files(), toBytes })
      const wrong = createTensor('float32', new Float32Array(3), [1, 3])
      await expect(session.run({ x: wrong }, ['sum'])).rejects.toMatchObject({ code: 'BACKEND_FAILED' })
      await expect(session.run({}, ['sum'])).rejects.toMatchObject({ code: 'BACKEND_FAILED' })
      await expect(session.run({ x }, ['absent'])).rejects.toMatchObject({ code: 'BACKEND_FAILED' })
      expect((await session.run({ x }, ['sum'])).sum.data[0]).toBe(121)
      await session.dispose()
    })

    test('dispose may be called twice, and a run after it is an error DISPOSED', async () => {
      const session = await backend.createSession({ files: files(), toBytes })
      await session.dispose()
      await session.dispose()
      await expect(session.run({ x }, ['sum'])).rejects.toMatchObject({ code: 'DISPOSED' })
    })

    test('a model that cannot be parsed is an error BACKEND_FAILED', async () => {
      const garbage = { files: [], toBytes: () => Uint8Array.of(1, 2, 3) }
      await expect(backend.createSession(garbage)).rejects.toMatchObject({ code: 'BACKEND_FAILED' })
    })

    test('an unknown device is an error UNSUPPORTED_DEVICE', async () => {
      const session = backend.createSession({ files: files(), toBytes }, { device: 'abacus' })
      await expect(session).rejects.toMatchObject({ code: 'UNSUPPORTED_DEVICE' })
    })

    test.each([0, 1.5, -1, 1e9, Number.NaN])('threads %s is an error INVALID_OPTION', async (threads) => {
      const session = backend.createSession({ files: files(), toBytes }, { threads })
      await expect(session).rejects.toMatchObject({ code: 'INVALID_OPTION' })
    })
  })
}
