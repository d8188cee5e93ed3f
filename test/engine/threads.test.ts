/** The engine on several threads: exact values, and threads that fail. */

import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { engineInThread } from '../../src/backends/engine/engine-in-thread.js'
import { createBarrier, fail } from '../../src/engine/threads.js'
import { encoderOutput, maxPooledOutput, pooledOutput } from '../../src/model/encoder-tensors.js'
import type { Tensor } from '../../src/tensor/tensor.js'
import {
  type ArchitectureName,
  configOf,
  randomBatch,
  randomPlanModel,
  textOf,
} from '../support/engine-models.js'
import { buildThreads, type EngineThreads, openSession } from './engine-threads.js'

let threads: EngineThreads
beforeAll(async () => {
  threads = await buildThreads()
})
afterAll(() => threads.remove())
afterEach(() => {
  vi.unstubAllGlobals()
  threads.workers.length = 0
})

const outputs = [encoderOutput, pooledOutput, maxPooledOutput] as const
const size = { hidden: 40, heads: 2, inner: 72, layers: 3 }
const architectures: readonly ArchitectureName[] = ['bert', 'modernbert', 'mpnet', 'nomic']

/** The values of one text of an output [batch, ...]. Texts may have more segments of pooling in a batch than alone. */
function valuesOf({ data, shape }: Tensor, text: number, count: number): readonly number[] {
  const each = data.length / shape[0]!
  return Array.from(data as Float32Array).slice(text * each, text * each + count)
}

describe.each(['fp32', 'fp16', 'q8'] as const)('the engine with dtype %s', (load) => {
  test.each(architectures)(
    'a text of %s has exactly the same values alone, in a batch, and on one or several threads',
    async (name) => {
      const model = await randomPlanModel(configOf[name](size), { seed: 3, load })
      const sessions = await Promise.all(
        [1, 2, 3].map((count) => openSession(model, { threads: count, startThread: threads.start })),
      )
      const lengths = [37, 3, 120, 1, 64]
      const batch = randomBatch(lengths, { seed: 5 })
      const expected = await sessions[0]!.run(batch, outputs)
      for (const session of sessions) {
        expect(await session.run(batch, outputs)).toEqual(expected)
        expect(await session.run(batch, [pooledOutput])).toEqual({ [pooledOutput]: expected[pooledOutput] })
        for (const [text, length] of lengths.entries()) {
          const alone = await session.run(textOf(batch, text), outputs)
          for (const output of outputs) {
            const count = output === encoderOutput ? length * size.hidden : size.hidden
            expect(valuesOf(alone[output], 0, count)).toEqual(valuesOf(expected[output], text, count))
          }
        }
        await session.dispose()
      }
    },
  )
})

test('batches of growing sizes have the same values on several threads as on one', async () => {
  const model = await randomPlanModel(configOf.bert({ ...size, hidden: 128 }), { seed: 3 })
  const alone = await openSession(model)
  const together = await openSession(model, { threads: 2, startThread: threads.start })
  for (const texts of [1, 2, 8, 30, 3]) {
    const batch = randomBatch(Array(texts).fill(150), { seed: texts })
    expect(await together.run(batch, [pooledOutput])).toEqual(await alone.run(batch, [pooledOutput]))
  }
  await together.dispose()
  await alone.dispose()
})

test('a thread that is woken too early stays at the barrier', () => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true })
  const numbers = new Int32Array(memory.buffer, 0, 16)
  const pass = createBarrier(memory, 2)
  let wakeUps = 0
  const wait = vi.spyOn(Atomics, 'wait').mockImplementation(() => {
    wakeUps++
    // The first wake-up is the notification of an earlier barrier; before the second, the other thread arrives.
    if (wakeUps === 2) {
      Atomics.store(numbers, 1, 0)
      Atomics.add(numbers, 2, 1)
    }
    return 'ok'
  })
  pass()
  wait.mockRestore()
  expect(wakeUps).toBe(2)
  expect(numbers[1]).toBe(0)
})

test('dispose ends the further threads', async () => {
  const model = await randomPlanModel(configOf.bert(size), { seed: 3 })
  const session = await openSession(model, { threads: 3, startThread: threads.start })
  const exits = threads.workers.map((worker) => new Promise((resolve) => worker.once('exit', resolve)))
  expect(exits).toHaveLength(2)
  await session.dispose()
  await Promise.all(exits)
})

describe('a failing thread', () => {
  const batch = randomBatch([60, 50], { seed: 5 })
  const next = randomBatch([90], { seed: 6 })

  test.each(['throw', 'exit'] as const)(
    'a run in which a thread fails by %s is an error BACKEND_FAILED, and later runs have the same values as before',
    async (failure) => {
      const model = await randomPlanModel(configOf.bert(size), { seed: 3 })
      const session = await openSession(model, {
        threads: 3,
        maxWaitMs: failure === 'exit' ? 300 : undefined,
        startThread: (setup) =>
          setup.index === 2 ? threads.startFailing(setup, failure) : threads.start(setup),
      })
      const expected = await session.run(batch, outputs)
      await expect(session.run(next, outputs)).rejects.toMatchObject({ code: 'BACKEND_FAILED' })
      for (const _ of [1, 2]) expect(await session.run(batch, outputs)).toEqual(expected)
      await session.dispose()
    },
  )

  test('a barrier after a failure throws without waiting', () => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true })
    const barrier = createBarrier(memory, 2, 1)
    const wait = vi.spyOn(Atomics, 'wait')
    fail(memory)
    expect(barrier).toThrow('Another thread has failed.')
    expect(wait).not.toHaveBeenCalled()
    wait.mockRestore()
  })

  test('a thread that is killed between two runs is noticed, and later runs have the same values', async () => {
    const model = await randomPlanModel(configOf.bert(size), { seed: 3 })
    const session = await openSession(model, { threads: 2, startThread: threads.start })
    const expected = await session.run(batch, outputs)
    await threads.workers[0]!.terminate()
    expect(await session.run(batch, outputs)).toEqual(expected)
    await session.dispose()
  })

  test('a model runs on one thread if another one cannot start, and those that have started are ended', async () => {
    const model = await randomPlanModel(configOf.bert(size), { seed: 3 })
    const alone = await openSession(model)
    const session = await openSession(model, {
      threads: 3,
      startThread: (setup) =>
        setup.index === 2 ? Promise.reject(new Error('none left')) : threads.start(setup),
    })
    expect(await session.run(batch, outputs)).toEqual(await alone.run(batch, outputs))
    const [worker] = threads.workers
    if (worker!.threadId !== -1) await new Promise((resolve) => worker!.once('exit', resolve))
    expect(threads.workers).toHaveLength(1)
    await session.dispose()
    await alone.dispose()
  })

  test('no further threads are started if memory cannot be shared', async () => {
    const model = await randomPlanModel(configOf.bert(size), { seed: 3 })
    vi.stubGlobal('SharedArrayBuffer', undefined)
    const backend = engineInThread({ cores: 4, startThread: threads.start })
    const session = await backend.createPlanSession(model, { threads: 2 })
    expect((await session.run(batch, outputs))[pooledOutput].data.every(Number.isFinite)).toBe(true)
    expect(threads.workers).toEqual([])
    await session.dispose()
  })
})
