/** Prints what `bench` measured, and the line of code that follows from it. */

import type { BenchResult } from './run-rounds.node.js'

const columns: readonly (readonly [title: string, value: (result: BenchResult) => string])[] = [
  ['dtype', ({ dtype }) => dtype],
  ['sessions', ({ sessions }) => String(sessions)],
  ['threads', ({ sessions, threads }) => String(threads ?? (sessions > 1 ? 1 : 'all'))],
  ['texts/s', ({ textsPerSecond }) => textsPerSecond.toFixed(textsPerSecond < 10 ? 1 : 0)],
  ['ms, short text', ({ shortTextMs }) => shortTextMs.toFixed(1)],
  ['memory, MB', ({ memoryBytes }) => (memoryBytes / 1e6).toFixed(0)],
]

export function benchTable(results: readonly BenchResult[]): string {
  const rows = [
    columns.map(([title]) => title),
    ...results.map((result) => columns.map(([, value]) => value(result))),
  ]
  const widths = columns.map((_, at) => Math.max(...rows.map((row) => row[at]!.length)))
  return rows.map((row) => `${row.map((cell, at) => cell.padStart(widths[at]!)).join('  ')}\n`).join('')
}

/** A setting that is less than this much slower is as fast, as far as one can measure. */
const tolerance = 0.95

/** The setting with the most texts per second; among equally fast ones, that with the least memory. */
export function bestSetting(results: readonly BenchResult[]): BenchResult {
  const most = Math.max(...results.map(({ textsPerSecond }) => textsPerSecond))
  const fast = results.filter(({ textsPerSecond }) => textsPerSecond >= most * tolerance)
  return fast.toSorted((a, b) => a.memoryBytes - b.memoryBytes)[0]!
}

export function codeFor(model: string, { dtype, sessions, threads }: BenchResult): string {
  const options = [
    `model: '${model.replaceAll(/['\\]/g, '\\$&')}'`,
    ...(dtype === 'fp32' ? [] : [`dtype: '${dtype}'`]),
    ...(sessions === 1 ? [] : [`sessions: ${sessions}`]),
    ...(threads === undefined ? [] : [`threads: ${threads}`]),
  ]
  return `const embedder = await createEmbedder({ ${options.join(', ')} })`
}
