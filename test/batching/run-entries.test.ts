import { expect, test } from 'vitest'
import { type Call, type Entry, type RunContext, runEntries } from '../../src/batching/run-entries.js'

type TestCall = Call<string, string>
type TestEntry = Entry<string, string>

const outOfMemory = new Error('out of memory')

/** A call whose single run has the letters of a word as texts, and what the run has received. */
function callOf(word: string, { onResults }: { onResults?: () => void } = {}) {
  const received: string[] = []
  const events: string[] = []
  const call: TestCall = { waiting: new Set(), runs: new Set(), servedAt: 0, ended: undefined }
  const run = {
    call,
    missing: word.length,
    onResults(texts: readonly string[], results: readonly string[]) {
      onResults?.()
      received.push(...texts.map((text, row) => `${text}${results[row]}`))
    },
    resolve: () => events.push('resolved'),
    reject: () => events.push('rejected'),
  }
  call.runs.add(run)
  const entries = [...word].map((text): TestEntry => ({ text, tokens: 5, run }))
  return { call, entries, received, events }
}

/** A context whose results are the texts in capitals, the batches it has run, and the calls it has ended. */
function contextOf(tokens: number, check: (texts: readonly string[]) => void = () => {}) {
  const batches: string[] = []
  const ended: { call: TestCall; reason: unknown }[] = []
  const context: RunContext<string, string> = {
    budget: { tokens },
    isOutOfMemory: (error) => error === outOfMemory,
    async runBatch(texts) {
      batches.push(texts.join(''))
      check(texts)
      return texts.map((text) => text.toUpperCase())
    },
    endCall(call, reason) {
      call.ended = { reason }
      ended.push({ call, reason })
    },
  }
  return { context, batches, ended }
}

test('each run receives its own texts with their results, and is resolved by the last', async () => {
  const [one, other] = [callOf('ab'), callOf('xyz')]
  const { context, batches } = contextOf(100)
  const [a, b] = one.entries
  await runEntries([a!, ...other.entries], context)
  expect(batches).toEqual(['axyz'])
  expect([one.received, other.received]).toEqual([['aA'], ['xX', 'yY', 'zZ']])
  expect([one.events, other.events]).toEqual([[], ['resolved']])
  await runEntries([b!], context)
  expect(one.events).toEqual(['resolved'])
  expect(one.call.runs.size).toBe(0)
})

test('texts of calls that have ended are not run', async () => {
  const [one, other] = [callOf('ab'), callOf('xy')]
  one.call.ended = { reason: 'enough' }
  const { context, batches } = contextOf(100)
  await runEntries([...one.entries, ...other.entries], context)
  await runEntries(one.entries, context)
  expect(batches).toEqual(['xy'])
})

test('results that come after the end of their call are dropped', async () => {
  const { call, entries, received, events } = callOf('ab')
  const { context } = contextOf(100, () => {
    call.ended = { reason: 'enough' }
  })
  await runEntries(entries, context)
  expect([received, events]).toEqual([[], []])
})

test('a batch that runs out of memory is halved, and the budget stays as small', async () => {
  const { entries, received } = callOf('abcdefgh')
  const { context, batches, ended } = contextOf(40, (texts) => {
    if (texts.length > 2) throw outOfMemory
  })
  await runEntries(entries, context)
  expect(batches).toEqual(['abcdefgh', 'abcd', 'ab', 'cd', 'ef', 'gh'])
  expect(received).toHaveLength(8)
  expect(context.budget.tokens).toBe(10)
  expect(ended).toEqual([])
})

test('a batch larger than the budget is split before it is run', async () => {
  const { entries } = callOf('abcde')
  const { context, batches } = contextOf(14)
  await runEntries(entries, context)
  expect(batches).toEqual(['ab', 'cd', 'e'])
})

test('a single text that runs out of memory ends its call', async () => {
  const { call, entries } = callOf('a')
  const { context, ended } = contextOf(40, () => {
    throw outOfMemory
  })
  await runEntries(entries, context)
  expect(ended).toEqual([{ call, reason: outOfMemory }])
  expect(context.budget.tokens).toBe(40)
})

test('an error ends the call whose text fails, and the other calls of the batch succeed', async () => {
  const broken = new Error('x is broken')
  const [one, failing, other] = [callOf('ab'), callOf('wxy'), callOf('cd')]
  const { context, batches, ended } = contextOf(100, (texts) => {
    if (texts.includes('x')) throw broken
  })
  await runEntries([...one.entries, ...failing.entries, ...other.entries], context)
  expect(batches).toEqual(['abwxycd', 'ab', 'wxy', 'cd'])
  expect(ended).toEqual([{ call: failing.call, reason: broken }])
  expect([one.events, other.events]).toEqual([['resolved'], ['resolved']])
})

test('an error of onResults ends its call, and the other calls receive their results', async () => {
  const mine = new Error('mine')
  const failing = callOf('ab', {
    onResults() {
      throw mine
    },
  })
  const other = callOf('cd')
  const { context, batches, ended } = contextOf(100)
  await runEntries([...failing.entries, ...other.entries], context)
  expect(batches).toEqual(['abcd'])
  expect(ended).toEqual([{ call: failing.call, reason: mine }])
  expect(other.received).toEqual(['cC', 'dD'])
})
