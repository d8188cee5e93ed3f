/** Lists the files of a model that the library reads, and which of them `createEmbedder` would download. */

import { statSync } from 'node:fs'
import { onnxPaths } from './loading/onnx/onnx-file-names.js'
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

/**
 * Returns `undefined` for a source that does not tell sizes, and for the Hub with `offline`.
 *
 * @param opened The paths that were opened to describe the model. The weights are added.
 */
export async function listNeededFiles(
  source: ModelSource,
  { options, opened }: { readonly options: ModelOptions; readonly opened: ReadonlySet<string> },
): Promise<readonly ModelFileStatus[] | undefined> {
  const files = await listFiles(source, options)
  if (!files) return undefined
  const weights = weightPaths(
    files.map(({ path }) => path),
    options,
  )
  return files.filter(({ path }) => opened.has(path) || weights.includes(path))
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
