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
  /** Throws for the batches that fail. */
  readonly check?: (names: readonly string[], texts: readonly Text[]) => void
  /** Batches wait for this before they end. */
  readonly gate?: Promise<void>
}

/** A queue whose results are the texts' names in capitals, and the batches it has run. */
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

/** Runs texts as a call of their own, and joins the results. */
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
  test('gives each text its own result, over many batches', async () => {
    const { queue, batches } = setUp()
    expect(await run(queue, letters('knight'))).toBe('KNIGHT')
    expect(batches.map(({ length }) => length)).toEqual([2, 2, 2])
  })

  test('takes thousands of texts in over several turns of the event loop', async () => {
    const { queue, batches } = setUp({ maxBatchTokens: 100 })
    const many = letters('squire'.repeat(1000))
    let batchesAfterATurn = 0
    const all = run(queue, many)
    setImmediate(() => setImmediate(() => setImmediate(() => (batchesAfterATurn = batches.length))))
    expect(await all).toBe('SQUIRE'.repeat(1000))
    expect(batchesAfterATurn).toBeLessThan(300)
    expect(batches).toHaveLength(300)
  })

  test('drops the texts of a call that ends before they are all taken in', async () => {
    const controller = new AbortController()
    const { queue, batches } = setUp({
      check: () => controller.abort(new Error('enough')),
    })
    await expect(run(queue, letters('squire'.repeat(1000)), controller.signal)).rejects.toThrow('enough')
    await queue.close(new Error('closed'))
    expect(batches.length).toBeLessThanOrEqual(2)
  })

  test('ends a call that is closed before its texts are all taken in', async () => {
    const { queue } = setUp({ maxBatchTokens: 1e6 })
    const call = queue.open()
    const all = call.run(letters('squire'.repeat(1000)), () => {})
    const closing = queue.close(new Error('closed'))
    await expect(all).rejects.toThrow('closed')
    await closing
  })

  test('resolves at once for no texts', async () => {
    const { queue, batches } = setUp()
    expect(await run(queue, [])).toBe('')
    expect(batches).toEqual([])
  })

  test('lets calls that come at once share batches', async () => {
    const { queue, batches } = setUp({ maxBatchTokens: 100 })
    const results = await Promise.all([...'squire'].map((letter) => run(queue, letters(letter))))
    expect(results.join('')).toBe('SQUIRE')
    expect(batches).toHaveLength(1)
  })

  test('shares a few texts among all that would have nothing to do', async () => {
    const { queue, batches } = setUp({ maxBatchTokens: 100, parallelRuns: 3 })
    expect(await run(queue, letters('squire'))).toBe('SQUIRE')
    expect(batches.map((names) => names.join(''))).toEqual(['sq', 'ui', 're'])
  })

  test('shares the last texts too, in batches that are worth their cost', async () => {
    const { queue, batches } = setUp({ maxBatchTokens: 200, parallelRuns: 2 })
    expect(await run(queue, letters('a'.repeat(200)))).toHaveLength(200)
    const tokens = batches.map((names) => 5 * names.length)
    expect(tokens).toEqual([200, 200, 200, 200, 100, 60, 40])
  })

  test.each([1, 3])('has two batches out for each of %i that are computed at once', async (parallelRuns) => {
    const { gate, open } = createGate()
    const { queue, batches } = setUp({ gate, parallelRuns })
    const all = run(queue, letters('squire'.repeat(4)))
    await vi.waitFor(() => expect(batches).not.toEqual([]))
    // All that are started at once are there together; no others come while these run.
    await nextTask()
    expect(batches).toHaveLength(2 * parallelRuns)
    open()
    expect(await all).toBe('SQUIRE'.repeat(4))
    expect(batches).toHaveLength(12)
  })

  test('serves a short call in the middle of a long one', async () => {
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

  test('serves long calls in turns', async () => {
    const { queue, batches } = setUp({ maxBatchTokens: 5 })
    await Promise.all([run(queue, letters('aaaa', 4)), run(queue, letters('bbbb', 5))])
    expect(batches.flat().join('')).toBe('abababab')
  })

  test('ends a call by its signal while it waits, at once, and no other', async () => {
    const { gate, open } = createGate()
    const { queue, batches } = setUp({ gate })
    const controller = new AbortController()
    const others = run(queue, letters('knight'))
    const aborted = run(queue, letters('squires'), controller.signal)
    controller.abort(new Error('enough'))
    await expect(aborted).rejects.toThrow('enough') // the gate is still shut
    open()
    expect(await others).toBe('KNIGHT')
    expect(batches.flat().join('')).not.toContain('q')
  })

  test('ends a call by its signal while its batch runs, at once', async () => {
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

  test('refuses a call whose signal has been aborted', async () => {
    const { queue, batches } = setUp()
    await expect(run(queue, letters('a'), AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough')
    expect(batches).toEqual([])
  })

  test('an error ends the call whose text it is, and no call beside it', async () => {
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

  test('halves a batch that runs out of memory, and keeps later ones as small', async () => {
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

  test('halves a batch of texts without a token that runs out of memory', async () => {
    const check = (names: readonly string[]) => {
      if (names.length > 1) throw new OutOfMemory('too many')
    }
    const { queue } = setUp({ check })
    expect(await run(queue, letters('mill', 0))).toBe('MILL')
  })

  test('a single text that runs out of memory ends its call only', async () => {
    const check = (_: unknown, texts: readonly Text[]) => {
      if (texts[0]!.tokens > 100) throw new OutOfMemory('too long')
    }
    const { queue } = setUp({ maxBatchTokens: 1000, check })
    const results = await Promise.allSettled([run(queue, letters('g', 500)), run(queue, letters('ok', 490))])
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(await run(queue, letters('fine'))).toBe('FINE')
  })

  test("a caller's own error in onResults ends its call only", async () => {
    const { queue } = setUp({ maxBatchTokens: 100 })
    const call = queue.open()
    const failing = call.run(letters('ab'), () => {
      throw new Error('mine')
    })
    const other = run(queue, letters('cd'))
    await expect(failing).rejects.toThrow('mine')
    expect(await other).toBe('CD')
  })

  test('closing ends what waits with the reason, lets batches that run end, and refuses later calls', async () => {
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

  test('lets go of the signal when a call is over', async () => {
    const { queue } = setUp()
    const { signal } = new AbortController()
    const listeners = new Set<unknown>()
    signal.addEventListener = (_: string, listener: unknown) => void listeners.add(listener)
    signal.removeEventListener = (_: string, listener: unknown) => void listeners.delete(listener)
    await run(queue, letters('abc'), signal)
    expect(listeners.size).toBe(0)
  })
})
