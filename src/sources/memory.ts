/** A model whose files are in memory: from a form, an archive, a bundler, or a test. */

import { bytesFile, type ModelSource } from './model-source.js'

export interface MemorySourceOptions {
  /** What errors call the model. @default 'memory' */
  readonly name?: string | undefined
}

/**
 * A model source over files in memory; texts are taken as UTF-8. Nothing is copied: do not change the bytes later.
 *
 * @example
 * const source = memorySource({ 'config.json': '{…}', 'model.safetensors': weights, 'vocab.txt': vocabulary })
 */
export function memorySource(
  files: Readonly<Record<string, Uint8Array | string>>,
  { name = 'memory' }: MemorySourceOptions = {},
): ModelSource {
  const byPath = new Map(Object.entries(files))
  return {
    name,
    async open(path) {
      const content = byPath.get(path)
      if (content === undefined) return undefined
      return bytesFile(path, typeof content === 'string' ? new TextEncoder().encode(content) : content)
    },
  }
}
