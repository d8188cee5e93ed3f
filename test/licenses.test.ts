/** The licences of what users install. The build checks those of the packages that the command line holds. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { isAllowedLicense } from '../scripts/allowed-licenses.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const readJson = (file: string) => JSON.parse(readFileSync(join(root, file), 'utf8'))

interface LockedPackage {
  readonly license?: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

const { dependencies, peerDependencies } = readJson('package.json')
const installed: readonly string[] = [...Object.keys(dependencies), ...Object.keys(peerDependencies)]
const locked: Readonly<Record<string, LockedPackage>> = readJson('package-lock.json').packages

/** Where npm puts a package that `from` depends on: inside it, or in a folder above. */
function locate(name: string, from: string): string {
  const path = from === '' ? `node_modules/${name}` : `${from}/node_modules/${name}`
  if (path in locked) return path
  expect(from, `package-lock.json has no ${name}`).not.toBe('')
  return locate(name, from.slice(0, Math.max(0, from.lastIndexOf('/node_modules/'))))
}

/** The licences of these packages and of everything that they depend on, by folder. */
function licensesOf(names: readonly string[]): Record<string, string | undefined> {
  const folders = new Set(names.map((name) => locate(name, '')))
  for (const folder of folders)
    for (const name of Object.keys({
      ...locked[folder]!.dependencies,
      ...locked[folder]!.optionalDependencies,
    }))
      folders.add(locate(name, folder))
  return Object.fromEntries(Array.from(folders, (folder) => [folder, locked[folder]!.license]))
}

describe('the licences', () => {
  test.each([
    ['MIT', true],
    ['(MIT OR GPL-3.0-only)', true],
    ['GPL-3.0-only', false],
    ['(GPL-3.0-only OR AGPL-3.0-only)', false],
    ['MIT AND GPL-3.0-only', false],
    ['(MIT OR ISC) AND (GPL-3.0-only)', false],
    ['SEE LICENSE IN LICENSE.md', false],
    [undefined, false],
    [{ type: 'MIT' }, false],
  ])('of the licence %o, the check says %o', (license, isAllowed) => {
    expect(isAllowedLicense(license)).toBe(isAllowed)
  })

  test('the dependencies, the peer dependencies and all packages that they install have allowed licences', () => {
    const licenses = licensesOf(installed)
    expect(Object.keys(licenses)).toEqual(
      expect.arrayContaining(['node_modules/@huggingface/tokenizers', 'node_modules/flatbuffers']),
    )
    expect(Object.entries(licenses).filter(([, license]) => !isAllowedLicense(license))).toEqual([])
  })

  test('the library holds no code of other packages, and imports none but its dependencies', () => {
    const files = readdirSync(join(root, 'dist')).filter((name) => /\.c?js$/.test(name))
    const codes = files.map((name) => readFileSync(join(root, 'dist', name), 'utf8'))
    // esbuild writes the path of each file that it bundles in a comment.
    expect(codes.filter((code) => code.includes('// node_modules/'))).toEqual([])
    expect(codes.some((code) => code.includes('// src/'))).toBe(true)

    const specifiers = codes.flatMap((code) =>
      Array.from(
        code.matchAll(/(?:^import [^'"]*|\bfrom |\b(?:import|require)\()["']([^"'.][^"']*)["']/gm),
        ([, specifier]) => specifier!,
      ),
    )
    const isBuiltIn = (specifier: string) => specifier.startsWith('node:') || specifier === 'worker_threads'
    const packages = specifiers
      .filter((specifier) => !isBuiltIn(specifier))
      .map((specifier) => /^(?:@[^/]+\/)?[^/]+/.exec(specifier)![0])
    expect(packages).toContain('@huggingface/tokenizers')
    expect(packages.filter((name) => !installed.includes(name))).toEqual([])
  })
})
