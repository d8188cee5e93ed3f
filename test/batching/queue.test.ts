import { describe, expect, test, vi } from 'vitest'
import { nextTask } from '../../src/async/next-task.js'
import { createQueue, type Queue } from '../../src/batching/queue.js'

interface Text {
  readonly name: string
  readonly tokens: number
}

class OutOfMemory extends Error {}

interface Setup {
  readonly maxBatchTokens?: number
  readonly parallelRuns?: number
  /** Throws an error for batches that should fail. */
  readonly check?: (names: readonly string[], texts: readonly Text[]) => void
  /** Batches wait for this promise before they end. */
  readonly gate?: Promise<void>
}

/** A queue whose results are the names of the texts in capitals, and the batches it has run. */
function setUp({ maxBatchTokens = 10, parallelRuns, check, gate }: Setup = {}) {
  const batches: string[][] = []
  const queue: Queue<Text, string> = createQueue({
    maxBatchTokens,
    parallelRuns,
    isOutOfMemory: (error) => error instanceof OutOfMemory,
    async runBatch(texts: readonly Text[]) {
      const names = texts.map(({ name }) => name)
      batches.push(names)
      await gate
      check?.(names, texts)
      return names.map((name) => name.toUpperCase())
    },
  })
  return { queue, batches }
}

/** Texts of five tokens each, named by the letters of a word. */
const letters = (word: string, tokens = 5): Text[] => [...word].map((name) => ({ name, tokens }))

/** Runs texts in a separate call, and joins the results. */
async function run(
  queue: Queue<Text, string>,
  texts: readonly Text[],
  signal?: AbortSignal,
): Promise<string> {
  const call = queue.open(signal)
  const all = new Array<string>(texts.length)
  try {
    await call.run(texts, (batch, results) => {
      for (const [row, text] of batch.entries()) all[texts.indexOf(text)] = results[row]!
    })
    return all.join('')
  } finally {
    call.end()
  }
}

/** A promise and the function that resolves it. */
function createGate(): { gate: Promise<void>; open: () => void } {
  let open = () => {}
  const gate = new Promise<void>((resolve) => {
    open = resolve
  })
  return { gate, open }
}

describe('a queue', () => {
  test('each text has its result over many batches', async () => {
    const { queue, batches } = setUp()
    expect(await run(queue, letters('knight'))).toBe('KNIGHT')
    expect(batches.map(({ length }) => length)).toEqual([2, 2, 2])
  })

  test('adding thousands of texts yields to the event loop', async () => {
    const { queue, batches } = setUp({ maxBatchTokens: 100 })
    const many = letters('squire'.repeat(1000))
    let batchesMeanwhile = 0
    const all = run(queue, many)
    setImmediate(() => setImmediate(() => setImmediate(() => (batchesMeanwhile = batches.length))))
    expect(await all).toBe('SQUIRE'.repeat(1000))
    expect(batchesMeanwhile).toBeLessThan(300)
    expect(batches).toHaveLength(300)
  })

  test('the texts of a call that ends before all are added are dropped', async () => {
    const controller = new AbortController()
    const { queue, batches } = setUp({
      check: () => controller.abort(new Error('enough')),
    })
    await expect(run(queue, letters('squire'.repeat(1000)), controller.signal)).rejects.toThrow('enough')
    await queue.close(new Error('closed'))
    expect(batches.length).toBeLessThanOrEqual(2)
  })

  test('closing ends a call whose texts are not all added yet', async () => {
    const { queue } = setUp({ maxBatchTokens: 1e6 })
    const call = queue.open()
    const all = call.run(letters('squire'.repeat(1000)), () => {})
    const closing = queue.close(new Error('closed'))
    await expect(all).rejects.toThrow('closed')
    await closing
  })

  test('a run without texts resolves at once', async () => {
    const { queue, batches } = setUp()
    expect(await run(queue, [])).toBe('')
    expect(batches).toEqual([])
  })

  test('concurrent calls share batches', async () => {
    const { queue, batches } = setUp({ maxBatchTokens: 100 })
    const results = await Promise.all([...'squire'].map((letter) => run(queue, letters(letter))))
    expect(results.join('')).toBe('SQUIRE')
    expect(batches).toHaveLength(1)
  })

  test('a few texts are divided among all idle runs', async () => {
    const { queue, batches } = setUp({ maxBatchTokens: 100, parallelRuns: 3 })
    expect(await run(queue, letters('squire'))).toBe('SQUIRE')
    expect(batches.map((names) => names.join(''))).toEqual(['sq', 'ui', 're'])
  })

  test('the last texts are divided among the runs in batches that are worth their cost', async () => {
    const { queue, batches } = setUp({ maxBatchTokens: 200, parallelRuns: 2 })
    expect(await run(queue, letters('a'.repeat(200)))).toHaveLength(200)
    const tokens = batches.map((names) => 5 * names.length)
    expect(tokens).toEqual([200, 200, 200, 200, 100, 60, 40])
  })

  test.each([1, 3])('the backend has two batches for each of %i parallel runs', async (parallelRuns) => {
    const { gate, open } = createGate()
    const { queue, batches } = setUp({ gate, parallelRuns })
    const all = run(queue, letters('squire'.repeat(4)))
    await vi.waitFor(() => expect(batches).not.toEqual([]))
    // All batches that can start have started together. The others start when these end.
    await nextTask()
    expect(batches).toHaveLength(2 * parallelRuns)
    open()
    expect(await all).toBe('SQUIRE'.repeat(4))
    expect(batches).toHaveLength(12)
  })

  test('a short call ends before a long call that began earlier', async () => {
    const { gate, open } = createGate()
    const { queue, batches } = setUp({ gate })
    const order: string[] = []
    const long = run(queue, letters('abcdefghijkl')).then(() => order.push('long'))
    await vi.waitFor(() => expect(batches).not.toEqual([]))
    const short = run(queue, letters('z', 3)).then(() => order.push('short'))
    open()
    await Promise.all([long, short])
    expect(order).toEqual(['short', 'long'])
    expect(batches.findIndex((names) => names.includes('z'))).toBeLessThan(5)
  })

  test('long calls have their batches alternately', async () => {
    const { queue, batches } = setUp({ maxBatchTokens: 5 })
    await Promise.all([run(queue, letters('aaaa', 4)), run(queue, letters('bbbb', 5))])
    expect(batches.flat().join('')).toBe('abababab')
  })

  test('a signal ends its waiting call at once, and no other call', async () => {
    const { gate, open } = createGate()
    const { queue, batches } = setUp({ gate })
    const controller = new AbortController()
    const others = run(queue, letters('knight'))
    const aborted = run(queue, letters('squires'), controller.signal)
    controller.abort(new Error('enough'))
    await expect(aborted).rejects.toThrow('enough') // while the gate is still closed
    open()
    expect(await others).toBe('KNIGHT')
    expect(batches.flat().join('')).not.toContain('q')
  })

  test('a signal ends a call at once while its batch runs', async () => {
    const { gate, open } = createGate()
    const { queue, batches } = setUp({ gate })
    const controller = new AbortController()
    const aborted = run(queue, letters('ab'), controller.signal)
    await vi.waitFor(() => expect(batches).toHaveLength(1))
    controller.abort(new Error('enough'))
    await expect(aborted).rejects.toThrow('enough')
    open()
    expect(await run(queue, letters('cd'))).toBe('CD')
  })

  test('a call with an aborted signal is rejected without a batch', async () => {
    const { queue, batches } = setUp()
    await expect(run(queue, letters('a'), AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough')
    expect(batches).toEqual([])
  })

  test('an error ends the call whose text fails, and no other call', async () => {
    const check = (names: readonly string[]) => {
      if (names.includes('x')) throw new Error('x is broken')
    }
    const { queue } = setUp({ maxBatchTokens: 100, check })
    const results = await Promise.allSettled([
      run(queue, letters('knight')),
      run(queue, letters('axe')),
      run(queue, letters('squire')),
    ])
    expect(results).toMatchObject([
      { status: 'fulfilled', value: 'KNIGHT' },
      { status: 'rejected', reason: { message: 'x is broken' } },
      { status: 'fulfilled', value: 'SQUIRE' },
    ])
    expect(await run(queue, letters('abc'))).toBe('ABC')
  })

  test('a batch that runs out of memory is halved, and later batches stay as small', async () => {
    const check = (names: readonly string[]) => {
      if (names.length > 3) throw new OutOfMemory('too many')
    }
    const { queue, batches } = setUp({ maxBatchTokens: 40, check })
    expect(await run(queue, letters('windmill'))).toBe('WINDMILL')
    expect(batches.map(({ length }) => length)).toEqual([8, 4, 2, 2, 2, 2])
    batches.length = 0
    expect(await run(queue, letters('giants'))).toBe('GIANTS')
    expect(batches.map(({ length }) => length)).toEqual([2, 2, 2])
  })

  test('a batch of texts without tokens is halved when it runs out of memory', async () => {
    const check = (names: readonly string[]) => {
      if (names.length > 1) throw new OutOfMemory('too many')
    }
    const { queue } = setUp({ check })
    expect(await run(queue, letters('mill', 0))).toBe('MILL')
  })

  test('a single text that runs out of memory ends its call, and the queue still works', async () => {
    const check = (_: unknown, texts: readonly Text[]) => {
      if (texts[0]!.tokens > 100) throw new OutOfMemory('too long')
    }
    const { queue } = setUp({ maxBatchTokens: 1000, check })
    const results = await Promise.allSettled([run(queue, letters('g', 500)), run(queue, letters('ok', 490))])
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(await run(queue, letters('fine'))).toBe('FINE')
  })

  test('an error of onResults ends its call only', async () => {
    const { queue } = setUp({ maxBatchTokens: 100 })
    const call = queue.open()
    const failing = call.run(letters('ab'), () => {
      throw new Error('mine')
    })
    const other = run(queue, letters('cd'))
    await expect(failing).rejects.toThrow('mine')
    expect(await other).toBe('CD')
  })

  test('closing rejects waiting and later calls, and waits for running batches', async () => {
    const { gate, open } = createGate()
    const { queue, batches } = setUp({ gate })
    const running = run(queue, letters('ab'))
    await vi.waitFor(() => expect(batches).toHaveLength(1))
    const waiting = run(queue, letters('cdefgh'))
    await vi.waitFor(() => expect(batches).toHaveLength(2))
    const tooLate = run(queue, letters('ijkl'))
    const closing = queue.close(new Error('closed'))
    await expect(waiting).rejects.toThrow('closed')
    await expect(tooLate).rejects.toThrow('closed')
    open()
    expect(await running).toBe('AB')
    await closing
    expect(batches).toHaveLength(2)
    await expect(run(queue, letters('m'))).rejects.toThrow('closed')
  })

  test('the listener of a signal is removed when its call ends', async () => {
    const { queue } = setUp()
    const { signal } = new AbortController()
    const listeners = new Set<unknown>()
    signal.addEventListener = (_: string, listener: unknown) => void listeners.add(listener)
    signal.removeEventListener = (_: string, listener: unknown) => void listeners.delete(listener)
    await run(queue, letters('abc'), signal)
    expect(listeners.size).toBe(0)
  })
})
