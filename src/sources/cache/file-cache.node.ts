/**
 * The Hugging Face cache on disk, the one that Python's huggingface_hub has. In `models--owner--name`:
 * `refs/<revision>` names a commit, `snapshots/<commit>/<path>` is a link to `blobs/<hash>`, and `.no_exist/<commit>/<path>`
 * notes a file that the commit does not have.
 */

import { copyFile, readFile, rename, stat, symlink, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { checkBoolean, checkOptions } from '../../checks/check-options.js'
import { isJsonObject } from '../../checks/json.js'
import { checkName } from '../../checks/option-kinds.js'
import { readSafetensorsHeader } from '../../model/safetensors/safetensors.js'
import { openFile } from '../directory.node.js'
import { isHubName } from '../hub/open-hub.js'
import type { ModelFile } from '../model-source.js'
import { ensureBlob } from './blob-store.node.js'
import { checkChunks, hasContent } from './content-hash.node.js'
import { withFileLock } from './file-lock.node.js'
import type { CachedFile, FileFacts, ModelCache } from './model-cache.js'
import { pathWithin, replaceFile, writeChunks, writing } from './replace-file.node.js'

export interface FileCacheOptions {
  /** Keep a file once for all snapshots that have it. @default true, where the system lets us make symbolic links */
  readonly symlinks?: boolean | undefined
}

/** Files up to this size are compared with their hash each time they are opened, which takes 10 ms. */
const smallFileBytes = 4 * 1024 * 1024

/**
 * A cache in a directory, shared with Python. A file appears under its name only once it is whole.
 *
 * @throws {ArgumentTypeError} `INVALID_OPTION`
 * @throws {BertEmbedError} `CACHE_FAILED` when the directory cannot be written.
 */
export function fileCache(directory: string, options: FileCacheOptions = {}): ModelCache {
  checkName('The directory', directory)
  checkOptions('fileCache', options, { symlinks: checkBoolean })
  const { symlinks = true } = options
  const root = resolve(directory)
  const folderName = (model: string) => `models--${encodeURIComponent(model.replaceAll('/', '--'))}`
  const modelFolder = (model: string) => join(root, folderName(model))
  const inModel = (folder: string, { model, version, path }: CachedFile) =>
    pathWithin(join(modelFolder(model), folder, encodeURIComponent(version)), path)
  const snapshotPath = (file: CachedFile) => inModel('snapshots', file)
  const absencePath = (file: CachedFile) => inModel('.no_exist', file)
  /** Python takes everything in refs/ for a commit: what is not of the Hub lies elsewhere. */
  const labelPath = (model: string, label: string) =>
    pathWithin(join(modelFolder(model), isHubName(model) ? 'refs' : 'versions'), label)

  return {
    async readVersion(model, label) {
      const text = await readFile(labelPath(model, label), 'utf8').catch(() => undefined)
      return text?.trim()
    },
    writeVersion(model, label, version) {
      const path = labelPath(model, label)
      return writing(path, () => replaceFile(path, (partial) => writeFile(partial, version)))
    },
    async open(file) {
      const opened = await openFile(file.path, snapshotPath(file))
      return opened && (await explainWrongFile(opened, file)) ? opened : undefined
    },
    async store(file, chunksFrom, { signal } = {}) {
      const snapshot = snapshotPath(file)
      const { model, path, hash } = file
      await writing(snapshot, async () => {
        if (hash === undefined) return replaceFile(snapshot, (partial) => writeChunks(partial, chunksFrom(0)))
        const blob = join(modelFolder(model), 'blobs', hash)
        const lock = join(root, '.locks', folderName(model), `${hash}.bert-embed.lock`)
        const keep = async () => {
          const isNew = await ensureBlob({ ...file, blob }, chunksFrom)
          await pointTo(blob, snapshot, { symlinks, isNew })
        }
        return withFileLock(lock, keep, { signal })
      })
      return (await openFile(path, snapshot))!
    },
    markAbsent(file) {
      const path = absencePath(file)
      return writing(path, () => replaceFile(path, (partial) => writeFile(partial, '')))
    },
    async isMarkedAbsent(file) {
      if (await isFile(absencePath(file))) return true
      const listed = await readTree(
        join(modelFolder(file.model), 'trees', `${encodeURIComponent(file.version)}.json`),
      )
      return listed !== undefined && !Object.hasOwn(listed, file.path)
    },
    check: checkChunks,
  }
}

/** Whether a kept file can be what is known of it: by its length, a small one by its hash, weights by their header. */
async function explainWrongFile(kept: ModelFile, file: FileFacts): Promise<boolean> {
  const { path, byteLength, content } = kept
  if (byteLength !== (file.byteLength ?? byteLength)) return false
  if (byteLength <= smallFileBytes) return content.type === 'path' && hasContent(content.path, file)
  if (file.hash === undefined || !path.endsWith('.safetensors')) return true
  return succeeds(readSafetensorsHeader(kept))
}

interface PointOptions {
  readonly symlinks: boolean
  /** No other snapshot can have the blob yet. */
  readonly isNew: boolean
}

/** Makes `snapshot` a link to `blob`; where there are no links it becomes the file itself, as with Python. */
async function pointTo(blob: string, snapshot: string, { symlinks, isNew }: PointOptions): Promise<void> {
  await replaceFile(snapshot, async (partial) => {
    const target = relative(dirname(snapshot), blob)
    if (symlinks && (await succeeds(symlink(target, partial)))) return
    await (isNew ? rename(blob, partial) : copyFile(blob, partial))
  })
}

function succeeds(work: Promise<unknown>): Promise<boolean> {
  return work.then(
    () => true,
    () => false,
  )
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() ?? false
}

/** The files of a commit, which Python notes when it downloads whole snapshots. */
async function readTree(path: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    const { format_version: version, files } = JSON.parse(await readFile(path, 'utf8'))
    return version === 1 && isJsonObject(files) ? files : undefined
  } catch {
    return undefined
  }
}
