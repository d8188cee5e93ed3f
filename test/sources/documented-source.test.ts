/** The source of docs/sources.md satisfies the contract. */

import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll } from 'vitest'
import type { ModelSource } from '../../src/sources/model-source.js'
import { documentedFunction } from '../support/documented.js'
import { testSourceContract } from './source-contract.js'

const directory = mkdtempSync(join(tmpdir(), 'bert-embed-tar-'))
afterAll(() => rmSync(directory, { recursive: true }))

type TarSource = (name: string, archive: Blob) => Promise<ModelSource>
const tarSource = await documentedFunction<TarSource>('sources.md', 'tarSource')

testSourceContract({
  name: 'of a tar archive in the documentation',
  createSource: (files) => tarSource('archive.tar', packTar(files)),
})

function packTar(files: Readonly<Record<string, Uint8Array>>): Blob {
  for (const [path, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, 'files', path)), { recursive: true })
    writeFileSync(join(directory, 'files', path), bytes)
  }
  execFileSync('tar', ['-cf', 'archive.tar', '-C', 'files', '.'], { cwd: directory })
  return new Blob([readFileSync(join(directory, 'archive.tar'))])
}
