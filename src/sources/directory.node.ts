/** Source for a model in a directory on disk, with the file names of its Hub repository. */

import { createHash } from 'node:crypto'
import { readdir, stat } from 'node:fs/promises'
import { basename, resolve, sep } from 'node:path'
import { checkOptions } from '../checks/check-options.js'
import { checkName } from '../checks/option-kinds.js'
import { BertEmbedError } from '../errors.js'
import { deriveFile } from './cache/derived-file.js'
import type { CachedFile, ModelCache } from './cache/model-cache.js'
import { openFile, pathWithin } from './disk-file.node.js'
import type { ModelFile, ModelSource } from './model-source.js'
import { checkCache } from './source-options.js'

export interface DirectorySourceOptions {
  /**
   * Cache for quantised weights, or `false` for none. The model's directory itself is never written to.
   *
   * @default no cache: quantised weights stay in memory
   */
  readonly cache?: ModelCache | false | undefined
}

/**
 * Creates a source for a local directory. Symbolic links are followed, so a snapshot directory of the Hugging Face
 * cache works too.
 *
 * @throws {ArgumentTypeError} `INVALID_OPTION`
 * @throws {BertEmbedError} from `open`: `MODEL_NOT_FOUND` if the directory does not exist, `READ_FAILED` if a file
 * cannot be read.
 */
export function directorySource(directory: string, options: DirectorySourceOptions = {}): ModelSource {
  checkName('The directory', directory)
  checkOptions('directorySource', options, { cache: checkCache })
  const cache = options.cache || undefined
  const root = resolve(directory)

  async function openWithin(path: string): Promise<ModelFile | undefined> {
    const file = await openFile(path, pathWithin(root, path))
    if (!file && !(await isDirectory(root)))
      throw new BertEmbedError('MODEL_NOT_FOUND', `There is no directory ${root}.`)
    return file
  }

  return {
    name: directory,
    open: openWithin,
    async list() {
      const paths = await readdir(root, { recursive: true })
      return paths.map((path) => path.replaceAll(sep, '/'))
    },
    async derive(path, derivation) {
      const file = await openWithin(path)
      if (!file) return undefined
      const origin = await originOf(file, root)
      return deriveFile(derivation, { path, cache, origin, openOriginal: async () => file })
    },
  }
}

/** Identifies a file on disk for a cache: the model by the file's real path, the version by its size and date. */
async function originOf({ content }: ModelFile, root: string): Promise<Omit<CachedFile, 'path'> | undefined> {
  if (content.type !== 'path') return undefined
  const { size, mtimeMs } = await stat(content.path)
  const hash = createHash('sha256').update(content.path).digest('hex').slice(0, 16)
  const name = basename(root).slice(0, 40) // only helps people who look into the cache
  return { model: `local/${name}-${hash}`, version: `${size}-${mtimeMs}` }
}

async function isDirectory(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false
}
