/** Source for a model whose files are in memory, such as uploaded, bundled or unpacked files. */

import { checkOptions, wrongKind } from '../checks/check-options.js'
import { isJsonObject } from '../checks/json.js'
import { checkName } from '../checks/option-kinds.js'
import { isDataOf } from '../tensor/tensor.js'
import { bytesFile, type ModelSource } from './model-source.js'

export interface MemorySourceOptions {
  /** The model's name in error messages. @default 'memory' */
  readonly name?: string | undefined
}

/**
 * Creates a source for files in memory. Strings are encoded as UTF-8. Bytes are not copied, so do not change them
 * later.
 *
 * @throws {ArgumentTypeError} `INVALID_OPTION`
 * @example
 * const source = memorySource({ 'config.json': '{…}', 'model.safetensors': weights, 'vocab.txt': vocabulary })
 */
export function memorySource(
  files: Readonly<Record<string, Uint8Array | string>>,
  options: MemorySourceOptions = {},
): ModelSource {
  checkOptions('memorySource', options, { name: checkName })
  const { name = 'memory' } = options
  if (!isJsonObject(files)) throw wrongKind('files', files, 'an object of files by their paths')
  for (const [path, content] of Object.entries<unknown>(files))
    if (content !== undefined && typeof content !== 'string' && !isDataOf('uint8', content))
      throw wrongKind(`The file ${path}`, content, 'a Uint8Array or a string')
  const byPath = new Map(Object.entries(files))
  return {
    name,
    async open(path) {
      const content = byPath.get(path)
      if (content === undefined) return undefined
      return bytesFile(path, typeof content === 'string' ? new TextEncoder().encode(content) : content)
    },
    list: async () => [...byPath.keys()],
  }
}
