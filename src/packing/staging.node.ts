/** Writes files into the folder in which a pack is put together. */

import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pathWithin } from '../sources/disk-file.node.js'
import { makeFolder } from '../sources/make-folder.node.js'
import type { ModelFile } from '../sources/model-source.js'

export interface Staging {
  /** Writes all chunks to a new file, and flushes it to the disk. */
  write(path: string, chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void>
  writeText(path: string, text: string): Promise<void>
  copy(file: ModelFile): Promise<void>
  /** The absolute path of a file. */
  locate(path: string): string
  /** Notes a file that got its final name. */
  add(file: { readonly path: string; readonly byteLength: number }): void
  /** The files so far. */
  written(): readonly { readonly path: string; readonly byteLength: number }[]
}

/** Number of bytes to copy at once. */
const copyBytes = 4 * 1024 * 1024

export function openStaging(folder: string, signal: AbortSignal | undefined): Staging {
  const files: { path: string; byteLength: number }[] = []
  const locate = (path: string) => pathWithin(folder, path)

  const staging: Staging = {
    async write(path, chunks) {
      const absolute = locate(path)
      await makeFolder(dirname(absolute))
      const handle = await open(absolute, 'wx')
      try {
        for await (const chunk of chunks) {
          signal?.throwIfAborted()
          await handle.writeFile(chunk)
        }
        await handle.sync()
      } finally {
        await handle.close()
      }
    },
    async writeText(path, text) {
      const bytes = new TextEncoder().encode(text)
      await staging.write(path, [bytes])
      staging.add({ path, byteLength: bytes.byteLength })
    },
    async copy(file) {
      await staging.write(file.path, chunksOf(file))
      staging.add(file)
    },
    locate,
    add: ({ path, byteLength }) => void files.push({ path, byteLength }),
    written: () => files,
  }
  return staging
}

async function* chunksOf({ byteLength, read }: ModelFile) {
  for (let start = 0; start < byteLength; start += copyBytes)
    yield await read(start, Math.min(byteLength, start + copyBytes))
}
