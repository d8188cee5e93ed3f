/** Names the weight files for ONNX Runtime: paths below one folder for files on disk, generated names for bytes. */

import { basename, dirname, relative, sep } from 'node:path'
import type { ModelFile } from '../../sources/model-source.js'

export interface WeightNames {
  /** Returns the name of a file in the graph's external data, for the file's path within the model. */
  locate(path: string): string
  /** The options with which a session finds the files by these names. Blobs must have been read into memory before. */
  readonly sessionOptions: {
    readonly externalData?: readonly { readonly path: string; readonly data: Uint8Array }[]
    readonly extra?: { readonly session: Readonly<Record<string, string>> }
  }
}

/** Names the files. The names are the same in every thread. */
export function nameWeightFiles(files: readonly ModelFile[]): WeightNames {
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
  // ONNX Runtime refuses absolute paths and paths that leave the folder. The name has slashes on every system.
  if (content.type === 'path') return relative(folder, content.path).replaceAll(sep, '/')
  return `memory-${index}-${basename(path)}`
}

/** Returns the deepest directory that contains all paths. */
function commonDirectory(paths: readonly string[]): string {
  const [first, ...others] = paths.map(dirname)
  let common = first ?? ''
  for (const other of others) {
    while (common !== dirname(common) && other !== common && !other.startsWith(common + sep))
      common = dirname(common)
  }
  return common
}
