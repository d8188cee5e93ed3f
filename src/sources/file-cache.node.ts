/**
 * The Hugging Face cache on disk, laid out as Python's huggingface_hub lays it out where it has no symbolic links:
 * `models--owner--name/refs/<revision>` names a commit, `models--owner--name/snapshots/<commit>/<path>` holds its files.
 */

import { randomUUID } from 'node:crypto'
import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve, sep } from 'node:path'
import { BertEmbedError } from '../errors.js'
import { openFile } from './directory.node.js'
import type { CachedFile, ModelCache } from './model-cache.js'

/**
 * A cache in a directory, shared with Python. A file appears under its name only once it is whole.
 *
 * @throws {BertEmbedError} `CACHE_FAILED` when the directory cannot be written.
 */
export function fileCache(directory: string): ModelCache {
  const modelFolder = (model: string) =>
    join(resolve(directory), `models--${encodeURIComponent(model.replaceAll('/', '--'))}`)
  const snapshotPath = ({ model, version, path }: CachedFile) =>
    within(join(modelFolder(model), 'snapshots', encodeURIComponent(version)), path)
  const refPath = (model: string, revision: string) => within(join(modelFolder(model), 'refs'), revision)

  return {
    async readVersion(model, revision) {
      const text = await readFile(refPath(model, revision), 'utf8').catch(() => undefined)
      return text?.trim()
    },
    async writeVersion(model, revision, commit) {
      const path = refPath(model, revision)
      await replaceFile(path, (partial) => writeFile(partial, commit))
    },
    open: (file) => openFile(file.path, snapshotPath(file)),
    async store(file, chunks) {
      const path = snapshotPath(file)
      await replaceFile(path, (partial) => writeChunks(partial, chunks))
      return (await openFile(file.path, path))!
    },
  }
}

/** Writes beside the final name, then renames: readers see the whole file or none. */
async function replaceFile(path: string, write: (partial: string) => Promise<void>): Promise<void> {
  const partial = `${path}.${randomUUID()}.incomplete`
  try {
    await mkdir(dirname(path), { recursive: true })
    await write(partial)
    await rename(partial, path)
  } catch (cause) {
    await rm(partial, { force: true }).catch(() => {}) // the reason below is what counts
    const { code, message } = cause as { code?: unknown; message: string }
    if (cause instanceof BertEmbedError || typeof code !== 'string') throw cause
    throw new BertEmbedError('CACHE_FAILED', `Cannot write ${path}: ${message}`, { cause })
  }
}

async function writeChunks(path: string, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  const handle = await open(path, 'wx')
  try {
    for await (const chunk of chunks) await handle.writeFile(chunk)
  } finally {
    await handle.close()
  }
}

/** File names come from the Hub and from shard indexes: none may leave its folder. */
function within(folder: string, path: string): string {
  const absolute = resolve(folder, path)
  if (absolute.startsWith(folder + sep)) return absolute
  throw new BertEmbedError('READ_FAILED', `${path} leaves the cache's folder ${folder}.`)
}
