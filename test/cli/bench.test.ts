/** `bert-embed bench`: which settings it compares, what it measures, and what it recommends. */

import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { benchTable, bestSetting, codeFor } from '../../src/cli/bench/bench-table.node.js'
import { dtypesFor, settingsFor } from '../../src/cli/bench/settings.js'
import { runCommand } from '../support/command.js'

const result = {
  dtype: 'fp32',
  sessions: 1,
  threads: undefined,
  textsPerSecond: 100,
  shortTextMs: 2,
  memoryBytes: 2e8,
} as const
const fast = { ...result, dtype: 'q8', sessions: 2, textsPerSecond: 250, memoryBytes: 3e8 } as const

test.each<[cores: number, sessionsAndThreads: [sessions: number, threads: number | undefined][]]>([
  [1, [[1, undefined]]],
  [
    2,
    [
      [1, undefined],
      [2, undefined],
    ],
  ],
  [
    6,
    [
      [1, undefined],
      [2, 3],
      [4, undefined],
    ],
  ],
  [
    16,
    [
      [1, undefined],
      [2, 8],
      [4, 4],
      [8, 2],
    ],
  ],
])('on %i cores, sessions share the cores', (cores, expected) => {
  const settings = settingsFor(cores, { dtypes: ['fp32', 'q8'], weightBytes: 1e6, freeBytes: 1e10 })
  const ofDtype = (name: string) => settings.filter(({ dtype }) => dtype === name)
  expect(ofDtype('fp32').map(({ sessions, threads }) => [sessions, threads])).toEqual(expected)
  expect(ofDtype('q8')).toHaveLength(expected.length)
})

test('copies that would not fit into memory are not measured', () => {
  const settings = settingsFor(8, { dtypes: ['fp32', 'q8'], weightBytes: 1e9, freeBytes: 5e9 })
  expect(Math.max(...settings.map(({ sessions }) => sessions))).toBe(2)
})

test.each([
  [{ packedDtype: undefined }, ['fp32', 'q8']],
  [{ packedDtype: undefined, dtype: 'fp16' }, ['fp16']],
  [{ packedDtype: 'q8' }, ['q8']],
] as const)('%o compares the dtypes %j', (model, dtypes) => {
  expect(dtypesFor(model)).toEqual(dtypes)
})

test('of equally fast settings, the one with the least memory is recommended', () => {
  expect(bestSetting([result, fast])).toBe(fast)
  const light = { ...fast, sessions: 1, textsPerSecond: 240, memoryBytes: 2e8 }
  expect(bestSetting([fast, light])).toBe(light)
})

test('the table is aligned, and the code names only what differs from the defaults', () => {
  const [head, ...rows] = benchTable([result, fast]).trimEnd().split('\n')
  expect(rows.every((row) => row.length === head!.length)).toBe(true)
  expect(codeFor('owner/name', result)).toBe("const embedder = await createEmbedder({ model: 'owner/name' })")
  expect(codeFor('owner/name', fast)).toContain("{ model: 'owner/name', dtype: 'q8', sessions: 2 }")
})

test('a process measures one setting', async () => {
  const { stdout, stderr } = await runCommand(['bench', '--measure', '0.01', '--sessions', '2'], {
    cwd: tmpdir(),
  })
  expect(stderr).toBe('')
  const { textsPerSecond, shortTextMs, memoryBytes } = JSON.parse(stdout)
  expect(textsPerSecond).toBeGreaterThan(0)
  expect(shortTextMs).toBeGreaterThan(0)
  expect(memoryBytes).toBeGreaterThan(20e6)
})
