/** The options of packing a model, its progress, and its result. */

import type { PackDtype, PackTarget } from '../loading/pack/pack.js'
import type { DownloadProgress, OpenOptions } from '../sources/model-source.js'

export interface WritePackOptions extends Pick<OpenOptions, 'signal'> {
  readonly dtype: PackDtype
  readonly targets: readonly PackTarget[]
  readonly out: string
  readonly force: boolean
  readonly onProgress?: ((progress: DownloadProgress | PackProgress) => void) | undefined
}

/** The progress of writing a file of weights. */
export interface PackProgress {
  readonly type: 'pack'
  readonly file: string
  readonly writtenBytes: number
  readonly totalBytes: number
}

/** What was written. */
export interface WrittenPack {
  /** Absolute path of the folder. */
  readonly directory: string
  /** The model's name, as config.json has it. */
  readonly model: string
  readonly dtype: PackDtype
  readonly files: readonly WrittenFile[]
}

export interface WrittenFile {
  readonly path: string
  readonly byteLength: number
  /** What loads this file of weights. `undefined` for a file that is not weights. */
  readonly targets?: readonly PackTarget[]
}
