/** The Node backend: onnxruntime-node, with the weights mapped from the files they were published in. */

import { basename, dirname, relative, sep } from 'node:path'
import { BertEmbedError, describe } from '../errors.js'
import { bytesFile, type ModelFile } from '../sources/model-source.js'
import type { Backend, Device, OnnxModel } from './backend.js'
import { checkThreads, createOrtSession, type OrtModule } from './ort-session.js'

/** What the Node backend uses of the `onnxruntime-node` module. */
export interface OrtNodeModule extends OrtModule {
  listSupportedBackends?(): readonly { readonly name: string }[]
}

export interface NodeBackendOptions {
  /** The `onnxruntime-node` module, where it cannot be imported by its name. */
  readonly ort?: OrtNodeModule | undefined
}

/**
 * A backend on onnxruntime-node, imported when the first model is loaded.
 *
 * Files on disk are mapped by ONNX Runtime itself; files in memory are copied once, as it takes no other way.
 */
export function nodeBackend({ ort: given }: NodeBackendOptions = {}): Backend {
  const name = 'onnxruntime-node'
  return {
    name,
    async createSession(model, { device = 'cpu', threads } = {}) {
      checkThreads(threads)
      const ort = given ?? (await importOrt())
      checkDevice(device, ort)
      const { graph, options } = placeWeights(device, {
        ...model,
        files: await Promise.all(model.files.map(inMemoryOrOnDisk)),
      })
      return createOrtSession({ name, ort, device }, graph, {
        ...options,
        executionProviders: [device],
        ...(threads !== undefined && { intraOpNumThreads: threads }),
      })
    },
  }
}

async function importOrt(): Promise<OrtNodeModule> {
  try {
    const module = await import('onnxruntime-node')
    return module.default ?? module
  } catch (cause) {
    throw new BertEmbedError(
      'MISSING_PEER',
      'onnxruntime-node could not be imported: install it with "npm install onnxruntime-node".',
      { cause },
    )
  }
}

/** ONNX Runtime only warns of a device it does not have, and runs on the CPU: we refuse. */
function checkDevice(device: string, ort: OrtNodeModule): void {
  const supported = ort.listSupportedBackends?.().map(({ name }) => name)
  if (supported && !supported.includes(device))
    throw new BertEmbedError(
      'UNSUPPORTED_DEVICE',
      `onnxruntime-node has no device ${describe(device)} on this machine; it has ${supported.join(', ')}.`,
    )
}

/** ONNX Runtime takes bytes and paths, no blobs. */
async function inMemoryOrOnDisk(file: ModelFile): Promise<ModelFile> {
  return file.content.type === 'blob' ? bytesFile(file.path, await file.read(0, file.byteLength)) : file
}

/** Encodes the graph so that ONNX Runtime finds each weight file: on disk below one folder, or handed over as bytes. */
function placeWeights(device: Device, model: OnnxModel) {
  const onDisk = model.files.flatMap(({ content }) => (content.type === 'path' ? [content.path] : []))
  const folder = commonDirectory(onDisk)
  const locations = new Map(model.files.map((file, index) => [file.path, locate(file, index)]))

  function locate({ path, content }: ModelFile, index: number): string {
    // Slashes on every system: ONNX Runtime refuses absolute locations and those that leave the folder.
    if (content.type === 'path') return relative(folder, content.path).replaceAll(sep, '/')
    return `memory-${index}-${basename(path)}`
  }

  const externalData = model.files.flatMap(({ path, content }) =>
    content.type === 'bytes' ? [{ path: locations.get(path)!, data: content.bytes }] : [],
  )
  return {
    graph: model.encode((path) => locations.get(path)!, device),
    options: {
      ...(externalData.length > 0 && { externalData }),
      ...(onDisk.length > 0 && {
        extra: { session: { model_external_initializers_file_folder_path: folder } },
      }),
    },
  }
}

/** The deepest directory that holds all the paths. */
function commonDirectory(paths: readonly string[]): string {
  const [first, ...others] = paths.map(dirname)
  let common = first ?? ''
  for (const other of others) {
    while (common !== dirname(common) && other !== common && !other.startsWith(common + sep))
      common = dirname(common)
  }
  return common
}
