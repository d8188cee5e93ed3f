/** Imports onnxruntime-node. Errors say which version was found, where, and why it cannot be used. */

import { readFileSync } from 'node:fs'
// webpack resolves what a createRequire imported by name resolves, when it builds the bundle.
import nodeModule from 'node:module'
import { dirname } from 'node:path'
import process, { arch, platform } from 'node:process'
import { BertEmbedError, describe } from '../../errors.js'
import type { OrtModule } from './ort-session.js'

/** The part of the module `onnxruntime-node` that the Node backend uses. */
export interface OrtNodeModule extends OrtModule {
  readonly env?: { readonly versions?: { readonly common: string; readonly node?: string } }
  listSupportedBackends?(): readonly { readonly name: string }[]
}

/**
 * The first version with all operators of the graphs that the library writes. Version 1.23 loads some of them but
 * returns no output.
 */
const minVersion = '1.24'

/**
 * The first version that can be imported again after all threads that imported it have ended. Earlier versions register
 * with Node only when their binary is loaded into memory. On Linux it is never unloaded, so that a later import does
 * not register.
 */
const firstReloadableVersion = '1.25'

/** @throws {BertEmbedError} `MISSING_PEER` */
export async function importOrt(): Promise<OrtNodeModule> {
  const installed = findOrt()
  // Checked before the import, because the error of an old version that fails to load does not name the version.
  if (installed) checkVersion(installed.version, ` in ${installed.folder}`)
  const module = await importModule(installed)
  const ort = module.default ?? module
  if (typeof ort.InferenceSession?.create === 'function') return ort
  throw new BertEmbedError(
    'MISSING_PEER',
    `${nameOf(installed)} is ${describe(ort)} without InferenceSession: a bundler or an alias has replaced it. ${leaveExternal}`,
  )
}

/** Turbopack accepts that the package is missing only within `try`. */
async function importModule(installed: InstalledOrt | undefined) {
  try {
    return await import('onnxruntime-node')
  } catch (cause) {
    throw loadError(cause, installed)
  }
}

/**
 * Imports onnxruntime-node in this thread too if its version is older than 1.25. Such a version can be imported by a
 * later worker only while a thread that imported it is running, and this thread outlives the workers. Errors are
 * ignored here, because the worker reports them.
 */
export async function keepOrtLoaded(): Promise<void> {
  const version = ortVersion()
  if (version !== undefined && isOlder(version, firstReloadableVersion)) await importOrt().catch(() => {})
}

/** @throws {BertEmbedError} `MISSING_PEER` */
export function checkOrtVersion(ort: OrtNodeModule): void {
  const version = ortVersion(ort)
  if (version !== undefined) checkVersion(version)
}

function checkVersion(version: string, where = ''): void {
  if (!isOlder(version, minVersion)) return
  throw new BertEmbedError(
    'MISSING_PEER',
    `onnxruntime-node${where} is ${version}, older than ${minVersion}: install a newer one with "npm install onnxruntime-node@latest".`,
  )
}

/** The version of `ort`, or else of the module that an import would find; `undefined` if it is unknown. */
export function ortVersion(ort?: OrtNodeModule): string | undefined {
  const versions = ort?.env?.versions
  return ort ? (versions?.node ?? versions?.common) : findOrt()?.version
}

export function isOlder(version: string, than: string): boolean {
  return version.localeCompare(than, 'en', { numeric: true }) < 0
}

interface InstalledOrt {
  readonly folder: string
  readonly version: string
}

/**
 * Finds the onnxruntime-node that an import would load, without loading it. Returns `undefined` if it is not found.
 *
 * webpack and Turbopack replace import.meta.url by the path of the source, which may not exist where the bundle runs. The
 * script that Node was started with is then the file to search from.
 */
function findOrt(): InstalledOrt | undefined {
  // In CommonJS, the build replaces import.meta.url with undefined.
  return findOrtFrom(import.meta.url ?? __filename) ?? findOrtFrom(process.argv[1])
}

function findOrtFrom(file: string | undefined): InstalledOrt | undefined {
  try {
    const path = nodeModule.createRequire(file!).resolve('onnxruntime-node/package.json')
    const { version } = JSON.parse(readFileSync(path, 'utf8')) as { version: string }
    return { folder: dirname(path), version }
  } catch {
    return undefined
  }
}

function nameOf(installed: InstalledOrt | undefined): string {
  return installed ? `onnxruntime-node ${installed.version} in ${installed.folder}` : 'onnxruntime-node'
}

function loadError(cause: unknown, installed: InstalledOrt | undefined): BertEmbedError {
  const [reason = ''] = String((cause as Error | undefined)?.message ?? cause).split('\n')
  const [, remedy] = remedies.find(([pattern]) => pattern.test(reason)) ?? [undefined, installAgain]
  return new BertEmbedError(
    'MISSING_PEER',
    `${nameOf(installed)} could not be imported: ${reason.replace(/\.$/, '')}. ${remedy}`,
    { cause },
  )
}

const leaveExternal = 'Bundlers have to leave onnxruntime-node out of the bundle (as "external").'
const install = 'with "npm install onnxruntime-node"'
const installAgain = `If its files are missing, damaged or built for another system, install it again ${install}. ${leaveExternal}`
const orEngine = 'or use the library\'s engine (device "wasm")'

/** Advice for error messages of Node and the operating system. The first pattern that matches a message counts. */
const remedies: readonly (readonly [RegExp, string])[] = [
  [/find (?:module|package) 'onnxruntime-node'/, `Install it ${install}.`],
  [
    /\bVERS_\d/,
    'Another package has loaded another version of ONNX Runtime, and a process can only load one: let both use the same version ("overrides" in package.json), or embed in a separate process.',
  ],
  [
    /did not self-register/,
    `A thread loaded it and has ended, and versions before ${firstReloadableVersion} cannot be loaded again: install a newer version, or import it in the main thread first.`,
  ],
  [
    /find module '.*onnxruntime_binding\.node'/,
    `It has no binary for ${platform} ${arch}: install a version that has one, copy its folder "bin" too if you copy its files, ${orEngine}.`,
  ],
  [
    /GLIBC|ld-linux|musl/,
    `Its binary needs a newer glibc than this system has; Alpine Linux has no glibc. Use another system, ${orEngine}.`,
  ],
  [/addons is disabled/, `Let Node load addons (with --allow-addons, without --no-addons), ${orEngine}.`],
]
