/** Reads and writes the comparison's results: results.json, and the tables and plots made from it. */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { plots } from './plot.mjs'
import { reportTables } from './tables.mjs'

export function readResults(directory) {
  const file = join(directory, 'results.json')
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { shapes: {} }
}

/** Writes results.json, the tables as results.md, and the plots. */
export function writeResults(directory, results) {
  mkdirSync(directory, { recursive: true })
  writeFileSync(join(directory, 'results.json'), `${JSON.stringify(results, undefined, 1)}\n`)
  writeFileSync(join(directory, 'results.md'), reportTables(results))
  for (const [name, svg] of Object.entries(plots(results))) writeFileSync(join(directory, `${name}.svg`), svg)
}
