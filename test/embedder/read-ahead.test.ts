import { expect, test } from 'vitest'
import { nextTask } from '../../src/async/next-task.js'
import { type ReadAheadOptions, readAhead } from '../../src/embedder/stream/read-ahead.js'

/** Texts '0', '1', '2', ... without an end. */
function createSource() {
  const counts = { read: 0, closed: 0 }
  const iterator = {
    next: () => ({ done: false as const, value: String(counts.read++) }),
    return: () => counts.closed++,
  }
  return { counts, iterator }
}

/** Options that start texts of a number of tokens, whose vectors `open` resolves all at once. */
function createOptions(tokens = 1) {
  let open = () => {}
  const gate = new Promise<void>((resolve) => {
    open = resolve
  })
  const events: string[] = []
  const options: ReadAheadOptions = {
    start: async (text) => ({ tokens, vector: gate.then(() => Float32Array.of(Number(text))) }),
    end: () => events.push('end'),
  }
  return { options, open, events }
}

/** Waits until reading ahead stops, and returns the number of texts read. */
async function readsOf(counts: { readonly read: number }): Promise<number> {
  for (let before = -1; before !== counts.read; ) {
    before = counts.read
    await nextTask()
  }
  return counts.read
}

test.each([
  { tokens: 1, texts: 512 },
  { tokens: 512, texts: 512 },
  { tokens: 512 * 128, texts: 4 },
  { tokens: 512 * 1024, texts: 1 },
])('at most $texts texts of $tokens tokens are read ahead', async ({ tokens, texts }) => {
  const { counts, iterator } = createSource()
  const { options, open } = createOptions(tokens)
  const stream = readAhead(iterator, options)
  const first = stream.next()
  expect(await readsOf(counts)).toBe(texts)
  open()
  expect((await first).value).toMatchObject({ tokens })
  await stream.return(undefined)
})

test('a source is not read while the consumer holds a text', async () => {
  const { counts, iterator } = createSource()
  const { options, open } = createOptions()
  open()
  const stream = readAhead(iterator, options)
  await stream.next()
  const reads = await readsOf(counts)
  expect(reads).toBeLessThan(512)
  await nextTask()
  expect(counts.read).toBe(reads)
  await stream.return(undefined)
})

test('end is called before the source is closed', async () => {
  const { iterator } = createSource()
  const { options, open, events } = createOptions()
  open()
  const stream = readAhead({ ...iterator, return: () => events.push('close') }, options)
  await stream.next()
  await nextTask() // until the source is not in the middle of a read
  await stream.return(undefined)
  expect(events).toEqual(['end', 'close'])
})

test('an error of start comes after the texts before', async () => {
  const { iterator } = createSource()
  const { options, open } = createOptions()
  open()
  const stream = readAhead(iterator, {
    ...options,
    start(text, index) {
      if (index === 2) throw new Error('too long')
      return options.start(text, index)
    },
  })
  const vectors: unknown[] = []
  const reading = (async () => {
    for await (const { vector } of stream) vectors.push(await vector)
  })()
  await expect(reading).rejects.toThrow('too long')
  expect(vectors).toEqual([Float32Array.of(0), Float32Array.of(1)])
})
