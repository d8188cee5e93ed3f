/** Loads a model of any source on any backend, and checks the arguments. */

import type { Backend } from '../backends/backend.js'
import { checkOptions } from '../checks/check-options.js'
import type { Embedder } from '../embedder/embedder-types.js'
import type { ModelSource } from '../sources/model-source.js'
import { checkBackend, checkSource, type LoadOptions, loadOptions } from './load-options.js'
import { openEmbedder } from './open-embedder.js'

/**
 * Loads a model of any source on any backend. `createEmbedder` is the same with a default source and backend.
 *
 * @throws {ArgumentTypeError | ArgumentRangeError} `INVALID_OPTION`
 * @throws {BertEmbedError} when a file is missing or invalid, the model is not supported, or the source or the backend
 *   fails; see {@link ErrorCode}.
 * @example
 * const embedder = await loadEmbedder(memorySource(files), nodeBackend())
 */
export async function loadEmbedder(
  source: ModelSource,
  backend: Backend,
  options: LoadOptions = {},
): Promise<Embedder> {
  checkSource('source', source)
  checkBackend('backend', backend)
  checkOptions('loadEmbedder', options, loadOptions)
  return openEmbedder(source, backend, options)
}
