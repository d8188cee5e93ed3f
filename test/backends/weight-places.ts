/** The places where the weights of a model can be when a backend loads it. */

import { mkdirSync, mkdtempSync, realpathSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { blobFile, bytesFile, type ModelFile } from '../../src/sources/model-source.js'

/** Creates a file of a model, by the name of the place. On disk, a file is behind a link, as in the Hugging Face cache. */
export function createWeightPlaces() {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'bert-embed-backend-')))
  const places: Readonly<Record<string, (path: string, bytes: Uint8Array) => ModelFile>> = {
    'in memory': bytesFile,
    'in memory that threads share'(path, bytes) {
      const shared = new Uint8Array(new SharedArrayBuffer(bytes.byteLength))
      shared.set(bytes)
      return bytesFile(path, shared)
    },
    'in blobs': (path, bytes) => blobFile(path, new Blob([bytes as Uint8Array<ArrayBuffer>])),
    'on disk'(path, bytes) {
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
  }
  return { places, remove: () => rmSync(directory, { recursive: true }) }
}
