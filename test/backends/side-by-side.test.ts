import { describe, expect, test } from 'vitest'
import type { Backend, BackendSession } from '../../src/backends/backend.js'
import { nodeBackend } from '../../src/backends/ort/ort.node.js'
import { createSideBySide } from '../../src/backends/side-by-side.js'
import { loadEmbedder } from '../../src/loading/load-embedder.js'
import { memorySource } from '../../src/sources/memory.js'
import { createTensor } from '../../src/tensor/tensor.js'
import { readFiles } from '../support/fixtures.js'
import { testBackendContract } from './backend-contract.js'

const backend = nodeBackend()

testBackendContract({
  name: 'two sessions side by side',
  backend: {
    ...backend,
    createSession: (model, options) => createSideBySide(() => backend.createSession(model, options), 2),
  },
})

/** Creates sessions whose runs end on request. Lists the state of each session. */
function setUp() {
  const sessions: { runs: number; isDisposed: boolean; finish(): void; fail(): void }[] = []
  async function create(): Promise<BackendSession> {
    const ends: { resolve(): void; reject(error: Error): void }[] = []
    const state = {
      runs: 0,
      isDisposed: false,
      finish: () => ends.shift()!.resolve(),
      fail: () => ends.shift()!.reject(new Error('failed')),
    }
    sessions.push(state)
    return {
      device: 'abacus',
      outputNames: ['y'],
      run() {
        state.runs++
        return new Promise((resolve, reject) => {
          const y = createTensor('float32', Float32Array.of(sessions.indexOf(state)), [1])
          ends.push({ resolve: () => resolve({ y } as never), reject })
        })
      },
      async dispose() {
        state.isDisposed = true
      },
    }
  }
  return { sessions, create }
}

describe('sessions side by side', () => {
  test('a run goes to the session with the fewest runs', async () => {
    const { sessions, create } = setUp()
    const session = await createSideBySide(create, 2)
    expect(session.parallelRuns).toBe(2)
    const runs = [1, 2, 3].map(() => session.run({}, ['y']))
    expect(sessions.map(({ runs }) => runs)).toEqual([2, 1])
    sessions[1]!.finish()
    await runs[1]
    void session.run({}, ['y'])
    void session.run({}, ['y'])
    expect(sessions.map(({ runs }) => runs)).toEqual([2, 3])
  })

  test('a failed run no longer counts', async () => {
    const { sessions, create } = setUp()
    const session = await createSideBySide(create, 2)
    const failing = session.run({}, ['y'])
    sessions[0]!.fail()
    await expect(failing).rejects.toThrow('failed')
    void session.run({}, ['y'])
    expect(sessions.map(({ runs }) => runs)).toEqual([2, 0])
  })

  test('all sessions are disposed of together, and if one of them cannot be created', async () => {
    const { sessions, create } = setUp()
    let calls = 0
    const createOnce = () => (calls++ === 0 ? create() : Promise.reject(new Error('no more')))
    await expect(createSideBySide(createOnce, 3)).rejects.toThrow('no more')
    const session = await createSideBySide(create, 2)
    await session.dispose()
    expect(sessions.map(({ isDisposed }) => isDisposed)).toEqual([true, true, true])
  })
})

describe('an embedder with several sessions', () => {
  const files = readFiles('tiny-relu')
  const texts = Array.from({ length: 40 }, (_, i) => 'the knight and the squire '.repeat(i % 7))

  test('an embedder with two sessions returns the same vectors, and uses both', async () => {
    const runs: number[] = []
    const counting: Backend = {
      ...backend,
      async createSession(model, options) {
        expect(options?.threads).toBe(1)
        const session = await backend.createSession(model, options)
        const index = runs.push(0) - 1
        return {
          ...session,
          run(inputs, outputs) {
            runs[index]!++
            return session.run(inputs, outputs)
          },
        }
      },
    }
    const one = await loadEmbedder(memorySource(files), backend, { threads: 1 })
    const two = await loadEmbedder(memorySource(files), counting, { sessions: 2, maxBatchTokens: 64 })
    expect(await two.embed(texts)).toEqual(await one.embed(texts))
    expect(Math.min(...runs)).toBeGreaterThan(0)
    await Promise.all([one.dispose(), two.dispose()])
  })

  test('disposing of an embedder with two sessions rejects waiting calls', async () => {
    const embedder = await loadEmbedder(memorySource(files), backend, { sessions: 2, maxBatchTokens: 64 })
    const waiting = embedder.embed(texts)
    await embedder.dispose()
    await expect(waiting).rejects.toMatchObject({ code: 'DISPOSED' })
    await expect(embedder.embed('knight')).rejects.toMatchObject({ code: 'DISPOSED' })
  })
})
