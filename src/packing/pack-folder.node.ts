/** The folder that a pack is written to: whether it may be, and how its files get there, all or none. */

import { randomUUID } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs'
import { readdir, rm, stat } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { isJsonObject } from '../checks/json.js'
import { ArgumentRangeError, BertEmbedError } from '../errors.js'
import { isSystemError } from '../sources/cache/replace-file.node.js'
import { directorySource } from '../sources/directory.node.js'
import { pathWithin } from '../sources/disk-file.node.js'
import { makeFolder } from '../sources/make-folder.node.js'
import { readJson } from '../sources/model-source.js'
import { encoderFolderOf, inFolder } from './encoder-folder.js'

export interface PackFolderOptions {
  /** Name of the model that is packed. */
  readonly model: string
  /** Whether a folder with other files is accepted. */
  readonly force: boolean
}

/** What a pack does to a folder that had other files. */
export interface PackPaths {
  /** The config.json that describes the pack. */
  readonly configPath: string
  /** Files that loading asks for and this model does not have. Those of another model would change its vectors. */
  readonly absentPaths: readonly string[]
}

/**
 * Lets `fill` write a temporary folder, and then moves its files into `directory`. If anything fails, the temporary
 * folder is deleted and `directory` is as it was.
 *
 * @throws {ArgumentRangeError} `INVALID_OPTION` if the folder has other files.
 * @throws {BertEmbedError} `WRITE_FAILED`, and the errors of `fill`.
 */
export async function fillPackFolder<T extends PackPaths>(
  directory: string,
  options: PackFolderOptions,
  fill: (folder: string) => Promise<T>,
): Promise<T> {
  const found = await findFolder(directory, options)
  // Within a folder that exists, because it may be a mounted volume.
  const id = `${randomUUID().slice(0, 8)}.incomplete`
  const temporary = found ? join(directory, id) : `${directory}.${id}`
  try {
    await makeFolder(temporary)
    const filled = await fill(temporary)
    // Without an await: no signal handler and no other call runs in between.
    if (found) replaceFiles(temporary, directory, { ...filled, oldWeights: found.weights })
    else renameSync(temporary, directory)
    return filled
  } catch (cause) {
    if (!isSystemError(cause)) throw cause
    throw new BertEmbedError('WRITE_FAILED', `Cannot write ${directory}: ${cause.message}`, { cause })
  } finally {
    await rm(temporary, { recursive: true, force: true }).catch(() => {}) // the first error is the one to report
  }
}

/** A folder that exists. */
interface FoundFolder {
  /** The files of weights of the pack in it, if there is one. */
  readonly weights: readonly string[]
}

async function findFolder(
  directory: string,
  { model, force }: PackFolderOptions,
): Promise<FoundFolder | undefined> {
  const status = await stat(directory).catch(() => undefined)
  if (!status) return undefined
  const refuse = (what: string): never => {
    throw new ArgumentRangeError('INVALID_OPTION', `out is ${directory}, which ${what}.`)
  }
  if (!status.isDirectory()) refuse('is not a directory')
  if ((await readdir(directory)).length === 0) return { weights: [] }
  const pack = await readPackIn(directory)
  const advice = 'choose another folder, or set force (--force) to write the pack into it'
  if (!pack && !force) refuse(`has files that are not of a pack: ${advice}`)
  if (pack && pack.model !== model && !force)
    refuse(`has a pack of ${pack.model}, not of ${model}: ${advice}`)
  return pack ?? { weights: [] }
}

/** Reads the pack in a folder, of any version. */
async function readPackIn(directory: string) {
  try {
    const source = directorySource(directory)
    const folder = await encoderFolderOf(source)
    const config = await readJson(source, inFolder(folder, 'config.json'))
    const pack = isJsonObject(config) ? config.bert_embed : undefined
    if (!isJsonObject(pack)) return undefined
    const files = isJsonObject(pack.weights) ? Object.values(pack.weights).flat() : []
    const weights = files.flatMap((file) =>
      isJsonObject(file) && typeof file.file === 'string' ? [inFolder(folder, file.file)] : [],
    )
    return { model: String(pack.model), weights }
  } catch (error) {
    if (error instanceof BertEmbedError) return undefined // some other model
    throw error
  }
}

/**
 * Moves the files of `temporary` into `directory`, and the old ones out. If a move fails, all moves are undone. If files
 * other than config.json are replaced, config.json is taken out first. So if the process is killed in between, the folder
 * cannot be loaded, and the files of two models are never loaded together.
 */
function replaceFiles(
  temporary: string,
  directory: string,
  { configPath, absentPaths, oldWeights }: PackPaths & { readonly oldWeights: readonly string[] },
): void {
  const paths = filesIn(temporary)
  const changed = paths.filter((path) => !isSame(join(temporary, path), join(directory, path)))
  const others = changed.filter((path) => path !== configPath)
  const isThere = (path: string) => isFile(pathWithin(directory, path))
  const replaced = [...others, ...absentPaths].filter(isThere)
  const outdated = oldWeights.filter((path) => !paths.includes(path) && isThere(path))
  const undo: (() => void)[] = []
  const move = (path: string, from: string, to: string) => {
    mkdirSync(dirname(join(to, path)), { recursive: true })
    renameSync(join(from, path), join(to, path))
    undo.unshift(() => renameSync(join(to, path), join(from, path)))
  }
  const putIn = (path: string) => move(path, temporary, directory)
  const putAside = (path: string) => move(path, directory, join(temporary, 'replaced'))
  try {
    if (replaced.length > 0 && isThere(configPath)) putAside(configPath)
    replaced.forEach(putAside)
    others.forEach(putIn)
    if (changed.includes(configPath)) putIn(configPath)
    outdated.forEach(putAside)
  } catch (error) {
    for (const step of undo) step()
    throw error
  }
}

/** Lists the paths of all files below a folder. */
function filesIn(folder: string): readonly string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)).replaceAll(sep, '/'))
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}

function isSame(path: string, other: string): boolean {
  return (
    isFile(other) &&
    statSync(path).size === statSync(other).size &&
    readFileSync(path).equals(readFileSync(other))
  )
}
