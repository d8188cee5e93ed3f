/** The layers of docs/architecture.md: imports point down, and never to an adapter of a port. */

import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../src/', import.meta.url))
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => path.endsWith('.ts'))

/** The layers from the bottom up; a file may import from its own folder and from the layers below. */
const layers: readonly (readonly string[])[] = [
  ['errors', 'free-memory'],
  ['checks', 'async'],
  ['tensor'],
  ['vectors'],
  ['text', 'batching'],
  ['model'],
  ['engine'],
  ['sources'],
  ['backends'],
  ['embedder'],
  ['loading'],
  ['packing'],
  ['entry'],
  ['frameworks'],
  ['server'],
  ['cli'],
]

function layerOf(path: string): number {
  const [first = '', ...rest] = path.split('/')
  const name = first.replace(/\.ts$/, '')
  const layer = rest.length > 0 ? first : layers[0]!.includes(name) ? name : 'entry'
  const index = layers.findIndex((names) => names.includes(layer))
  if (index === -1) throw new Error(`${path} belongs to no layer`)
  return index
}

interface Import {
  readonly from: string
  readonly specifier: string
  readonly isTypeOnly: boolean
}

const imports: Import[] = files.flatMap((from) => {
  const source = readFileSync(join(root, from), 'utf8')
  const statements = source.matchAll(
    /(?:^|\n)(import|export) (type )?[^'"]*? from '([^']+)'|import\('([^']+)'\)/g,
  )
  return Array.from(statements, ([, , type, specifier, lazy]) => ({
    from,
    specifier: (specifier ?? lazy)!,
    isTypeOnly: type !== undefined,
  }))
})

const internal = imports
  .filter(({ specifier }) => specifier.startsWith('.'))
  .map(({ from, specifier }) => ({
    from,
    to: posix.join(dirname(from).replaceAll('\\', '/'), specifier.replace(/\.js$/, '.ts')),
  }))

/** Runs in one runtime only, by its suffix or because it is that runtime's entry. */
const isNode = (path: string) => path.endsWith('.node.ts') || path === 'node.ts'
/** Workers have the parts of the Web that the library uses. */
const isWeb = (path: string) =>
  /\.(?:web|workerd)\.ts$/.test(path) || path === 'web.ts' || path === 'index.ts'

describe('the architecture', () => {
  test('every import points down the layers', () => {
    expect(internal.length).toBeGreaterThan(50)
    expect(internal.filter(({ from, to }) => layerOf(to) > layerOf(from))).toEqual([])
  })

  test('imports end at files that exist and form no circle, imports of types included', () => {
    const written = ['engine.wasm'] // by the build
    expect(internal.filter(({ to }) => !files.includes(to) && !written.includes(to))).toEqual([])
    const reaches = (from: string, seen: Set<string>): Set<string> => {
      for (const { to } of internal.filter((edge) => edge.from === from))
        if (!seen.has(to)) reaches(to, seen.add(to))
      return seen
    }
    expect(files.filter((file) => reaches(file, new Set()).has(file))).toEqual([])
  })

  test('only Node files use Node built-ins, and portable files import no runtime', () => {
    const builtIns = imports.filter(({ from, specifier }) => specifier.startsWith('node:') && !isNode(from))
    expect(builtIns).toEqual([])
    const crossings = internal.filter(
      ({ from, to }) => (isNode(to) && !isNode(from)) || (isWeb(to) && !isWeb(from)),
    )
    expect(crossings).toEqual([])
  })

  test('each dependency is known to the files that wrap it, and to no other', () => {
    const users = (specifier: RegExp, { types = true } = {}) =>
      imports
        .filter((entry) => specifier.test(entry.specifier) && (types || !entry.isTypeOnly))
        .map(({ from }) => from)
    expect(users(/^@huggingface\/tokenizers/)).toEqual(['text/pre-tokenizers/pattern.ts'])
    expect(users(/^onnxruntime-node/)).toEqual(['backends/ort/import-ort.node.ts'])
    expect([...new Set(users(/^onnxruntime-web/))]).toEqual(['backends/ort/ort-in-thread.web.ts'])
    expect(users(/^onnxruntime-common/, { types: false })).toEqual([])
  })

  test('the adapters for frameworks load nothing of the library but checks, errors and helpers for promises, and no framework', () => {
    const loaded = imports.filter(({ from, isTypeOnly }) => from.startsWith('frameworks/') && !isTypeOnly)
    expect(loaded.length).toBeGreaterThan(0)
    const allowed = /^(?:\.\.\/(?:async\/|checks\/|errors\.js$)|\.\/)/
    expect(loaded.filter(({ specifier }) => !allowed.test(specifier))).toEqual([])
  })

  test('architectures and conversions know nothing of what computes an encoder', () => {
    const others = internal.filter(({ from }) => /^model\/(?!onnx\/)/.test(from))
    expect(others.length).toBeGreaterThan(0)
    expect(others.filter(({ to }) => to.startsWith('model/onnx/'))).toEqual([])
  })

  test("the core depends on no port's adapter", () => {
    const adapters =
      /^(?:backends\/(?:engine|ort|worker)\/|sources\/(?:directory|cache\/(?:file-cache|(?:open-)?browser-cache)))/
    const upper = internal.filter(({ from }) => /^(?:core\.ts$|embedder\/|loading\/)/.test(from))
    expect(upper.length).toBeGreaterThan(0)
    expect(upper.filter(({ to }) => adapters.test(to))).toEqual([])
  })
})
