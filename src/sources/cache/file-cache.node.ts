/**
 * The Hugging Face cache on disk, shared with Python's huggingface_hub. In the folder `models--owner--name`,
 * `refs/<revision>` contains a commit, `snapshots/<commit>/<path>` is a link to `blobs/<hash>`, and
 * `.no_exist/<commit>/<path>` marks a file that the commit does not have.
 */

import { copyFile, readFile, rename, stat, symlink, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { checkBoolean, checkOptions } from '../../checks/check-options.js'
import { isJsonObject } from '../../checks/json.js'
import { checkName } from '../../checks/option-kinds.js'
import { readSafetensorsHeader } from '../../model/safetensors/safetensors.js'
import { openFile, pathWithin } from '../disk-file.node.js'
import { isHubName } from '../hub/open-hub.js'
import { makeFolder } from '../make-folder.node.js'
import type { ModelFile } from '../model-source.js'
import { ensureBlob } from './blob-store.node.js'
import { checkChunks, hasContent } from './content-hash.node.js'
import { withFileLock } from './file-lock.node.js'
import type { CachedFile, FileFacts, ModelCache } from './model-cache.js'
import { replaceFile, writeChunks, writing } from './replace-file.node.js'

export interface FileCacheOptions {
  /**
   * Store a file once and link to it from each snapshot. Without permission to create links, snapshots contain the
   * files.
   *
   * @default true
   */
  readonly symlinks?: boolean | undefined
}

/** Files up to this length have their hash checked each time they are opened, which takes up to 10 ms. */
const smallFileBytes = 4 * 1024 * 1024

/**
 * Creates a cache in a directory, in the layout of Python's huggingface_hub. A file gets its name only once it is
 * complete.
 *
 * @throws {ArgumentTypeError} `INVALID_OPTION`
 * @throws {BertEmbedError} from its methods: `CACHE_FAILED` if the directory cannot be written.
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
  /** Python expects a commit in every file of refs/, so versions of URL models are in a separate folder. */
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
      return opened && (await isIntact(opened, file)) ? opened : undefined
    },
    async store(file, chunksFrom, { signal } = {}) {
      const snapshot = snapshotPath(file)
      const { model, path, hash } = file
      await writing(snapshot, async () => {
        if (hash === undefined) return replaceFile(snapshot, (partial) => writeChunks(partial, chunksFrom(0)))
        const blob = join(modelFolder(model), 'blobs', hash)
        const lock = join(root, '.locks', folderName(model), `${hash}.bert-embed.lock`)
        const storeBlob = async () => {
          const isNew = await ensureBlob({ ...file, blob }, chunksFrom)
          await pointTo(blob, snapshot, { symlinks, isNew })
        }
        await makeFolder(dirname(lock))
        return withFileLock(lock, storeBlob, { signal })
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

/** Checks a cached file quickly: its length, the hash of a small file, and the header of weights. */
async function isIntact(cached: ModelFile, file: FileFacts): Promise<boolean> {
  const { path, byteLength, content } = cached
  if (byteLength !== (file.byteLength ?? byteLength)) return false
  if (byteLength <= smallFileBytes) return content.type === 'path' && hasContent(content.path, file)
  if (file.hash === undefined || !path.endsWith('.safetensors')) return true
  return succeeds(readSafetensorsHeader(cached))
}

interface PointOptions {
  readonly symlinks: boolean
  /** Whether the blob was just stored, so that no other snapshot can use it. */
  readonly isNew: boolean
}

/** Makes `snapshot` a link to `blob`. Without links, `snapshot` becomes the file itself, as in Python. */
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

/** Reads the list of a commit's files, which Python writes when it downloads a whole snapshot. */
async function readTree(path: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    const { format_version: version, files } = JSON.parse(await readFile(path, 'utf8'))
    return version === 1 && isJsonObject(files) ? files : undefined
  } catch {
    return undefined
  }
}
