/** The files that `npm pack` puts into the package. `npm test` builds them first. */

import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { run } from './support/installed.js'

const root = fileURLToPath(new URL('..', import.meta.url))

interface Packed {
  /** Bytes of the tarball. */
  readonly size: number
  readonly unpackedSize: number
  readonly files: readonly { readonly path: string }[]
}

let packed: Packed
beforeAll(async () => {
  const report = await run('npm', ['pack', '--dry-run', '--json'], root)
  packed = Object.values<Packed>(JSON.parse(report))[0]!
})

const entries = [
  'index',
  'index.node',
  'core',
  'node',
  'web',
  'ai-sdk',
  'chroma',
  'lancedb',
  'langchain',
  'llamaindex',
  'orama',
]
/** Runtimes load these as ES modules only. */
const moduleEntries = [
  'index.workerd',
  'engine-worker',
  'engine-worker.node',
  'ort-worker',
  'ort-worker.node',
]

/** Every packed file, apart from the chunks that the entries share. */
const named = [
  'package.json',
  'README.md',
  'CHANGELOG.md',
  'SECURITY.md',
  'LICENSE',
  'dist/engine.wasm',
  'dist/engine.d.wasm.ts',
  'dist/cli/bert-embed.js',
  'dist/cli/THIRD-PARTY-LICENSES.txt',
  ...[...entries, ...moduleEntries].flatMap((name) => [`dist/${name}.js`, `dist/${name}.d.ts`]),
  ...entries.flatMap((name) => [`dist/${name}.cjs`, `dist/${name}.d.cts`]),
]

/** A chunk's name ends with a hash of 8 characters. */
const chunks = [/^dist\/[\w.-]+-[\w-]{8}\.(?:c?js|d\.c?ts)$/, /^dist\/cli\/[\w.-]+-[0-9A-Z]{8}\.js$/]

/**
 * `npx bert-embed` downloads the package before it does anything. It had 0.76 MB packed and 2.70 MB unpacked. The limits
 * leave room for some features, but not for another large package in the command line, or for source maps (2.4 and 8.6 MB).
 */
const limits = { size: 0.84e6, unpackedSize: 3e6 }

/** Folders of machines that build the package. They would be in a file that says where it was built. */
const machinePath = /(?<![\w.@-])\/(?:work|root|home|tmp|opt|Users|builds|github)\/|[A-Z]:\\Users/

describe('the packed files', () => {
  test('the package has all entries and their chunks, and no other files', () => {
    const paths = packed.files.map(({ path }) => path)
    const others = paths.filter((path) => !chunks.some((pattern) => pattern.test(path)))
    expect(others.sort()).toEqual([...named].sort())
  })

  test('another file of the package imports each chunk', () => {
    const texts = new Map(packed.files.map(({ path }) => [path, readFileSync(join(root, path), 'utf8')]))
    const chunkPaths = [...texts.keys()].filter((path) => chunks.some((pattern) => pattern.test(path)))
    expect(chunkPaths.length).toBeGreaterThan(10)
    const isImported = (path: string) => {
      const name = basename(path).replace(/\.d\.(c?)ts$/, '.$1js')
      return [...texts].some(([other, text]) => other !== path && new RegExp(`/${name}["']`).test(text))
    }
    const unused = chunkPaths.filter((path) => !isImported(path))
    // esbuild also writes two chunks for the workers in CommonJS, which are not packed. Their names change with the code.
    expect(unused.filter((path) => !path.endsWith('.cjs'))).toEqual([])
    expect(unused.reduce((bytes, path) => bytes + texts.get(path)!.length, 0)).toBeLessThan(4096)
  })

  test('no file has a path of the machine that built it', () => {
    const found = packed.files.filter(({ path }) => {
      const text = readFileSync(join(root, path), 'utf8')
      return machinePath.test(text) || text.includes(root) || text.includes(homedir())
    })
    expect(found).toEqual([])
  })

  test('the tarball and the installed package are small', () => {
    expect(packed.size).toBeLessThan(limits.size)
    expect(packed.unpackedSize).toBeLessThan(limits.unpackedSize)
  })
})
