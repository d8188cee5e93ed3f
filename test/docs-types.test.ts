/** Compiles the `ts` blocks of the documentation, which need a browser or a bundler to run, with the types of the package. */

import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { run } from './support/installed.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const directory = mkdtempSync(join(tmpdir(), 'bert-embed-docs-types-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

/** Names that an application has, and that the blocks use. */
const application = `
declare const model: string
declare function showProgress(file: string, loadedBytes: number, totalBytes?: number): void`

/** Files of these names are in the reader's application. test/backends and test/sources do the same with files that exist. */
const readersFile = '/my-application/'

interface Block {
  readonly name: string
  readonly source: string
}

/** A block without an import has those of the block before it. */
function blocksOf(page: string): Block[] {
  let imports = ''
  return Array.from(
    readFileSync(join(root, 'docs', page), 'utf8').matchAll(/^```ts\n(.*?)^```$/gms),
    ([, source], index) => {
      const own = source!.match(/^import .*$/gm)?.join('\n')
      const before = own === undefined ? `${imports}\n` : ''
      imports = own ?? imports
      return { name: `${page.replace('.md', '')}-${index}.ts`, source: `${before}${source}\nexport {}\n` }
    },
  ).filter(({ source }) => !source.includes(readersFile))
}

test('the TypeScript blocks of the documentation compile', async () => {
  const pages = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'))
  const blocks = pages.flatMap(blocksOf)
  expect(blocks.length).toBeGreaterThan(4)
  for (const { name, source } of blocks) writeFileSync(join(directory, name), source)
  writeFileSync(join(directory, 'application.d.ts'), application)
  const compilerOptions = {
    target: 'ES2022',
    module: 'ESNext',
    moduleResolution: 'Bundler',
    lib: ['ES2023', 'DOM'],
    types: [],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    allowArbitraryExtensions: true,
  }
  writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify({ compilerOptions }))
  mkdirSync(join(directory, 'node_modules'))
  symlinkSync(root, join(directory, 'node_modules/bert-embed'), 'junction')
  expect(await run('node', [join(root, 'node_modules/typescript/bin/tsc')], directory)).toBe('')
})
