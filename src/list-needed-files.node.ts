/** Lists the files of a model that the library reads, and which of them `createEmbedder` would download. */

import { statSync } from 'node:fs'
import { onnxPaths } from './loading/onnx/onnx-file-names.js'
import type { Pack } from './loading/pack/pack.js'
import { indexFile, singleFile } from './loading/weights/published-weights.js'
import { defaultModel, type ModelOptions } from './model-options.js'
import { hubOptionsOf } from './model-source-of.node.js'
import { listHubFiles } from './sources/hub/hub-files.node.js'
import { isHubName } from './sources/hub/open-hub.js'
import type { ModelSource } from './sources/model-source.js'

/** A file of a model. */
export interface ModelFileStatus {
  readonly path: string
  /** `undefined` if the Hub does not say. */
  readonly byteLength: number | undefined
  /** Whether the file is on this machine. `createEmbedder` downloads the others. */
  readonly isLocal: boolean
}

export interface NeededFilesContext {
  readonly options: ModelOptions
  /** The paths that were opened to describe the model. The weights are added. */
  readonly opened: readonly string[]
  /** Set if the weights are converted already. */
  readonly pack: Pack | undefined
}

/**
 * Returns `undefined` for a source that does not tell sizes, and for the Hub with `offline`.
 */
export async function listNeededFiles(
  source: ModelSource,
  { options, opened, pack }: NeededFilesContext,
): Promise<readonly ModelFileStatus[] | undefined> {
  const files = await listFiles(source, options)
  if (!files) return undefined
  const paths = files.map(({ path }) => path)
  const weights = pack ? packedPaths(paths, pack) : weightPaths(paths, options)
  return files.filter(({ path }) => opened.includes(path) || weights.includes(path))
}

async function listFiles(
  source: ModelSource,
  options: ModelOptions,
): Promise<readonly ModelFileStatus[] | undefined> {
  const { model = defaultModel } = options
  if (typeof model !== 'string' || /^https?:/i.test(model)) return undefined
  const isDirectory = statSync(model, { throwIfNoEntry: false })?.isDirectory() ?? false
  if (!isDirectory && isHubName(model)) {
    const hub = hubOptionsOf(options)
    return hub.offline ? undefined : listHubFiles(model, { ...hub, signal: options.signal })
  }
  const paths = await source.list!([], options)
  const opened = await Promise.all(paths.map((path) => source.open(path, options)))
  return opened.flatMap((file) =>
    file ? [{ path: file.path, byteLength: file.byteLength, isLocal: true }] : [],
  )
}

/** The weights of all backends. Each loads one form of them. */
function packedPaths(paths: readonly string[], { weights }: Pack): readonly string[] {
  const names = [...weights.values()].flat().map(({ path }) => path)
  return paths.filter((path) => names.some((name) => path === name || path.endsWith(`/${name}`)))
}

/** Chooses the weights as `createEmbedder` does: one safetensors file, else its shards, else an ONNX file. */
function weightPaths(paths: readonly string[], { onnx, dtype }: ModelOptions): readonly string[] {
  const named = (name: string) => paths.filter((path) => path === name || path.endsWith(`/${name}`))
  if (typeof onnx === 'string') return [onnx]
  if (onnx !== true) {
    if (named(singleFile).length > 0) return named(singleFile)
    if (named(indexFile).length > 0)
      return paths.filter((path) => /model-\d+-of-\d+\.safetensors$/.test(path))
  }
  return onnxPaths(dtype)
    .filter((path) => paths.includes(path))
    .slice(0, 1)
}
