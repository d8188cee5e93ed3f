/** Runs the first example of docs/start.md with the model that it names. The tests without downloads have an untrained one. */

import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, inject, onTestFinished, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const name = 'all-MiniLM-L6-v2'
const directory = inject('published')[name]

test.skipIf(directory === undefined)('the first example of docs/start.md prints what the page shows', () => {
  const page = readFileSync(join(root, 'docs/start.md'), 'utf8')
  const [, source, shown] = /^```js\n(.*?)^```$.*?^```text\n(.*?)^```$/ms.exec(page)!
  const folder = mkdtempSync(join(tmpdir(), 'bert-embed-start-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(root, join(folder, 'node_modules/bert-embed'), 'junction')
  symlinkSync(directory!, join(folder, 'model'), 'junction')
  writeFileSync(join(folder, 'try.mjs'), source!.replace(`sentence-transformers/${name}`, './model'))
  expect(execFileSync('node', ['try.mjs'], { cwd: folder, encoding: 'utf8' })).toBe(shown)
})
