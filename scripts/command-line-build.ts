/** Plugins of esbuild for the build of the command line. */

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'esbuild'
import { isAllowedLicense } from './allowed-licenses.js'

/**
 * Leaves the library's entries out of the command line, and imports those that the library's own build has written: the
 * library is in the package once, and finds its workers.
 */
export function useBuiltLibrary(): Plugin {
  return {
    name: 'use-built-library',
    setup(build) {
      build.onResolve({ filter: /^(?:\.\.\/)+(?:index\.node|node)\.js$/ }, ({ path }) => ({
        path: `../${path.replace(/^.*\//, '')}`,
        external: true,
      }))
    },
  }
}

/** Writes the licences of the packages that are bundled into `THIRD-PARTY-LICENSES.txt`. */
export function writeLicenses(): Plugin {
  return {
    name: 'write-licenses',
    setup(build) {
      build.initialOptions.metafile = true
      build.onEnd(({ metafile }) => {
        const folders = new Set(Object.keys(metafile?.inputs ?? {}).flatMap(packageFolder))
        const texts = [...folders].sort().map(describePackage)
        const { outdir = 'dist/cli' } = build.initialOptions
        mkdirSync(outdir, { recursive: true })
        writeFileSync(join(outdir, 'THIRD-PARTY-LICENSES.txt'), texts.join(separator))
      })
    },
  }
}

const separator = `\n${'-'.repeat(80)}\n\n`

/** Returns the folder of the package that a file belongs to, or nothing for a file of the repository. */
function packageFolder(path: string): string[] {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.slice(0, 1) ?? []
}

/** @throws if the package has no licence file, or another licence. */
function describePackage(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  if (!isAllowedLicense(license))
    throw new Error(
      `${name} has the licence ${license}: the package cannot be bundled before that is looked at.`,
    )
  const names = readdirSync(folder)
  const file = names.find((path) => /^licen[cs]e/i.test(path))
  if (file === undefined) throw new Error(`${folder} has no licence file: the package cannot be bundled.`)
  // Apache-2.0 asks for the text of a NOTICE file, if there is one.
  const texts = [file, ...names.filter((path) => /^notice/i.test(path))]
  const read = (path: string) => readFileSync(join(folder, path), 'utf8').trim()
  return `${name} ${version} (${license})\n\n${texts.map(read).join('\n\n')}\n`
}
