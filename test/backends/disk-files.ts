/** Creates files on disk, each in a separate folder behind a symbolic link, as in the Hugging Face cache. */

import { mkdirSync, mkdtempSync, realpathSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { ModelFile } from '../../src/sources/model-source.js'

export function createDiskFiles() {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'bert-embed-backend-')))
  return {
    createFile(path: string, bytes: Uint8Array): ModelFile {
      const real = join(directory, 'blobs', path, `blob of ${path}`)
      mkdirSync(dirname(real), { recursive: true })
      writeFileSync(real, bytes)
      rmSync(join(directory, path), { force: true })
      symlinkSync(real, join(directory, path))
      return {
        path,
        byteLength: statSync(real).size,
        content: { type: 'path', path: realpathSync(join(directory, path)) },
        read: async (start, end) => bytes.slice(start, end),
      }
    },
    remove: () => rmSync(directory, { recursive: true }),
  }
}
