/** Where ONNX Runtime finds the files of a model's weights: on disk below one folder, or handed over as bytes. */

import { basename, dirname, relative, sep } from 'node:path'
import type { ModelFile } from '../../sources/model-source.js'

export interface WeightPlaces {
  /** What a graph's external data has to name a file by, given its path within the model. */
  locate(path: string): string
  /** The options with which a session finds the files by these names. Blobs have to have been read before. */
  readonly sessionOptions: {
    readonly externalData?: readonly { readonly path: string; readonly data: Uint8Array }[]
    readonly extra?: { readonly session: Readonly<Record<string, string>> }
  }
}

/** The same files have the same places, on whatever thread. */
export function placeWeights(files: readonly ModelFile[]): WeightPlaces {
  const onDisk = files.flatMap(({ content }) => (content.type === 'path' ? [content.path] : []))
  const folder = commonDirectory(onDisk)
  const locations = new Map(files.map((file, index) => [file.path, locationOf(file, index, folder)]))
  const externalData = files.flatMap(({ path, content }) =>
    content.type === 'bytes' ? [{ path: locations.get(path)!, data: content.bytes }] : [],
  )
  return {
    locate: (path) => locations.get(path)!,
    sessionOptions: {
      ...(externalData.length > 0 && { externalData }),
      ...(onDisk.length > 0 && {
        extra: { session: { model_external_initializers_file_folder_path: folder } },
      }),
    },
  }
}

function locationOf({ path, content }: ModelFile, index: number, folder: string): string {
  // Slashes on every system: ONNX Runtime refuses absolute locations and those that leave the folder.
  if (content.type === 'path') return relative(folder, content.path).replaceAll(sep, '/')
  return `memory-${index}-${basename(path)}`
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
