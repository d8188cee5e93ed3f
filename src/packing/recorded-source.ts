/** Finds the files of a model that belong into a pack: those that loading opens, and those for people. */

import { BertEmbedError } from '../errors.js'
import type { ModelFile, ModelSource, OpenOptions } from '../sources/model-source.js'

export interface RecordedSource {
  readonly source: ModelSource
  /** The files that were opened. */
  opened(): readonly ModelFile[]
  /** The paths of files that the model does not have. */
  absent(): readonly string[]
}

/** Wraps a source, and remembers what it was asked for. */
export function recordOpened(source: ModelSource): RecordedSource {
  const files = new Map<string, ModelFile | undefined>()
  return {
    source: {
      ...source,
      async open(path, options) {
        const file = await source.open(path, options)
        files.set(path, file)
        return file
      },
    },
    opened: () => [...files.values()].filter((file) => file !== undefined),
    absent: () => [...files.keys()].filter((path) => files.get(path) === undefined),
  }
}

/** Who may use the model, and how. */
const attachments = ['README.md', 'LICENSE', 'LICENSE.md', 'LICENSE.txt', 'NOTICE', 'NOTICE.txt']

/** Opens the README and the licence, where the model has them. */
export async function readAttachments(
  source: ModelSource,
  options: OpenOptions,
): Promise<readonly ModelFile[]> {
  const files = await Promise.all(
    attachments.map((path) =>
      source.open(path, options).catch((error) => {
        // A model that was loaded before is in the cache without these files.
        if (error instanceof BertEmbedError && error.code === 'OFFLINE') return undefined
        throw error
      }),
    ),
  )
  return files.filter((file) => file !== undefined)
}
