/** Runs every js block of the documentation against a Hub on loopback, and the demo. */

import { execFile } from 'node:child_process'
import {
  cpSync,
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
import { isDeepStrictEqual, promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compareOutputs, scriptsOf, sourceOf } from './support/documented-scripts.js'
import { checkpointPath, filesIn, largestDifference, readFiles, smallCheckpoint } from './support/fixtures.js'
import { type FakeHub, startHub } from './support/hub-server.js'
import { japaneseVocab } from './text/japanese.js'

const execute = promisify(execFile)
const root = fileURLToPath(new URL('..', import.meta.url))
const directory = mkdtempSync(join(tmpdir(), 'bert-embed-docs-'))
const pages = [
  'README.md',
  'SECURITY.md',
  'site/index.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).map(
    (path) => `docs/${path.replaceAll('\\', '/')}`,
  ),
].filter((page) => page.endsWith('.md'))

/** Their blocks need a running server and installed frameworks: test/server/docs.test.ts and test/frameworks.test.ts run them. */
const pagesRunElsewhere = ['docs/server.md', 'docs/frameworks.md']

const scripts = pages
  .filter((page) => !pagesRunElsewhere.includes(page))
  .flatMap((page) => scriptsOf(page, readFileSync(join(root, page), 'utf8')))

let hub: FakeHub
beforeAll(async () => {
  const bare = readFiles('bert-small-untrained')
  const sentence = readFiles('sentence-transformers-new')
  hub = await startHub({
    'google-bert/bert-base-cased': bare,
    'sentence-transformers/all-MiniLM-L6-v2': sentence,
    'intfloat/e5-base-v2': bare,
    'Xenova/all-MiniLM-L6-v2': filesIn(join(root, 'test/fixtures/onnx-models/transformers-js')),
  })
  mkdirSync(join(directory, 'node_modules'))
  symlinkSync(root, join(directory, 'node_modules/bert-embed'), 'junction')
  for (const folder of ['models', 'examples'])
    symlinkSync(join(root, folder), join(directory, folder), 'junction')
  symlinkSync(
    join(root, 'node_modules/@huggingface'),
    join(directory, 'node_modules/@huggingface'),
    'junction',
  )
  symlinkSync(join(root, 'models/bert-embed-small-en'), join(directory, 'bert-embed-small-en'), 'junction')
  cpSync(join(root, 'examples/texts/don-quixote.txt'), join(directory, 'chapter.txt'))
  cpSync(smallCheckpoint, join(directory, 'model'), { recursive: true })
  cpSync(checkpointPath('tiny-vocab-only'), join(directory, 'bert-japanese'), { recursive: true })
  writeFileSync(join(directory, 'bert-japanese/vocab.txt'), japaneseVocab.join('\n'))
})
afterAll(async () => {
  await hub.close()
  rmSync(directory, { recursive: true })
})

function runNode(args: readonly string[]) {
  const { HF_TOKEN: _, ...inherited } = process.env
  const env = {
    ...inherited,
    HF_ENDPOINT: hub.endpoint,
    HF_HUB_CACHE: join(directory, 'cache'),
    HF_HUB_OFFLINE: '',
  }
  return execute('node', args, { cwd: directory, env })
}

describe('the documentation', () => {
  const sources = ['src', 'test', 'scripts'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map(
      (path) => `/${folder}/${path}`,
    ),
  )
  test.each(['docs/architecture.md', 'docs/architectures.md', 'docs/adding.md'])(
    'every TypeScript file that %s names exists',
    (page) => {
      const names = readFileSync(join(root, page), 'utf8').match(/\w[\w./-]*\.ts\b/g) ?? []
      expect(names.length).toBeGreaterThan(5)
      const missing = names.filter(
        (name) => !sources.some((path) => path.endsWith(`/${name.replace(/^(?:\.\.\/)+/, '')}`)),
      )
      expect(missing).toEqual([])
    },
  )

  test.each(scripts)('$name runs unchanged and prints what the page shows', async (script) => {
    const file = `${script.name.replace(/\W+/g, '-')}.mjs`
    writeFileSync(join(directory, file), sourceOf(script))
    const { stdout } = await runNode([file])
    const { shown, printed } = compareOutputs(script, stdout)
    expect(printed).toEqual(shown)
  })

  test('the documentation has code blocks and shows outputs', () => {
    const blocks = scripts.flatMap(({ blocks }) => blocks)
    expect(blocks.length).toBeGreaterThan(5)
    expect(blocks.filter(({ output }) => output !== undefined).length).toBeGreaterThan(5)
  })

  test('an output that differs from what a page shows is noticed', () => {
    const page = (output: string) =>
      `\`\`\`js\nrun()\n\`\`\`\n\n\`\`\`python\nrun()\n\`\`\`\n\n\`\`\`text\n${output}\n\`\`\`\n`
    const isEqual = (shown: string, stdout: string) => {
      const { shown: expected, printed } = compareOutputs(scriptsOf('page', page(shown))[0]!, `${stdout}\n`)
      return isDeepStrictEqual(printed, expected)
    }
    expect(isEqual('-0.0001 0.5000', ' 0.0000  0.5001')).toBe(true)
    expect(isEqual('shape 2 x 192\ncosine  0.3817', 'shape 2 x 192\ncosine 0.3818')).toBe(true)
    expect(isEqual('cosine 0.3817', 'cosine 0.3819')).toBe(false)
    expect(isEqual('cosine 0.3817', 'cosine 0.38')).toBe(false)
    expect(isEqual('2 tokens', '3 tokens')).toBe(false)
    expect(isEqual('a\nb', 'a b')).toBe(false)
    expect(isEqual('a', '')).toBe(false)
  })

  test('docs/errors.md lists every error code in order', () => {
    const source = readFileSync(join(root, 'src/errors.ts'), 'utf8')
    const codes = Array.from(source.matchAll(/^ {2}\| '([A-Z_]+)'/gm), ([, code]) => code)
    const [table = ''] = readFileSync(join(root, 'docs/errors.md'), 'utf8').split(/^## /m)
    const listed = Array.from(table.matchAll(/^\| `([A-Z_]+)`/gm), ([, code]) => code)
    expect(listed).toEqual(codes)
  })

  test('anchors in the documentation point to headings', () => {
    const missing = pages.flatMap((page) => {
      const links = readFileSync(join(root, page), 'utf8').matchAll(/\]\((?!https?:)([^)#]*)#([^)]+)\)/g)
      return Array.from(links, ([, target, anchor]) => {
        const file = target ? join(root, page, '..', target) : join(root, page)
        return file.endsWith('.md') && !anchorsOf(file).includes(anchor!)
          ? `${page}: ${target}#${anchor}`
          : []
      }).flat()
    })
    expect(missing).toEqual([])
  })

  /** The anchors that GitHub gives to the headings of a page. */
  function anchorsOf(file: string): readonly string[] {
    const headings = readFileSync(file, 'utf8').matchAll(/^#+ (.+)$/gm)
    return Array.from(headings, ([, heading]) =>
      heading!
        .toLowerCase()
        .replace(/[^\p{L}\p{N}_ -]/gu, '')
        .replaceAll(' ', '-'),
    )
  }

  test('links in the documentation point to existing files', () => {
    for (const page of pages) {
      const folder = join(root, page, '..')
      for (const [, target] of readFileSync(join(root, page), 'utf8').matchAll(/\]\((?!https?:|#)([^)#]+)/g))
        expect(readFileSync(join(folder, target!)).byteLength).toBeGreaterThan(0)
    }
  })
})

describe('the demo', () => {
  test('the demo prints the output shown in the README', async () => {
    const { stdout } = await runNode([join(root, 'examples/demo.mjs')])
    const [, shown] = /```text\n(.*?)```/s.exec(readFileSync(join(root, 'README.md'), 'utf8'))!
    // Another processor may round a number differently, and shade a cell one step lighter or darker.
    const words = (text: string) =>
      text
        .replace(/-?\d+\.\d+/g, '#')
        .replace(/[░▒▓█]/g, ' ')
        .trim()
        .split(/\s+/)
    const numbers = (text: string) => text.match(/-?\d+\.\d+/g)!.map(Number)
    expect(words(stdout)).toEqual(words(shown!))
    expect(largestDifference(numbers(stdout), numbers(shown!))).toBeLessThan(0.011)
    expect(stdout).toContain('normalized 1.000000')
  })

  test('the demo finds the pairs of similar sentences, and the sentences that answer the query', async () => {
    const { stdout } = await runNode([join(root, 'examples/demo.mjs')])
    const rows = Array.from(stdout.matchAll(/^[1-6] .*?\.((?: +(?:[░▒▓█]+ )?-?\d\.\d\d){6})$/gm), ([, row]) =>
      row!.match(/-?\d\.\d\d/g)!.map(Number),
    )
    const nearest = rows.map((row, i) => {
      const others = row.with(i, -1)
      return others.indexOf(Math.max(...others))
    })
    expect(nearest).toEqual([1, 0, 3, 2, 5, 4])
    const hits = Array.from(stdout.matchAll(/^ *-?\d\.\d\d (.+)$/gm), ([, sentence]) => sentence)
    expect(hits.slice(0, 2).toSorted()).toEqual([
      'The fishing boats came home before the storm.',
      'Waves broke over the harbour wall all night.',
    ])
  })

  test('the demo loads a model by its name', async () => {
    const { stdout } = await runNode([
      join(root, 'examples/demo.mjs'),
      '--model',
      'google-bert/bert-base-cased',
    ])
    expect(stdout).toContain('google-bert/bert-base-cased')
    expect(stdout).toMatch(/lastHiddenState +float32 \[1, 512, 64\]/)
  })

  test('the demo prints the error code of a missing model', async () => {
    const running = runNode([join(root, 'examples/demo.mjs'), '--model', 'owner/no-such-model'])
    await expect(running).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^MODEL_NOT_FOUND: /),
    })
  })
})
