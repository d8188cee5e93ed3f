/** Loads a model of any source on any backend, for callers of their own: with the arguments checked. */

import type { Backend } from '../backends/backend.js'
import { checkOptions } from '../checks/check-options.js'
import type { Embedder } from '../embedder/embedder-types.js'
import type { ModelSource } from '../sources/model-source.js'
import { checkBackend, checkSource, type LoadOptions, loadOptions } from './load-options.js'
import { openEmbedder } from './open-embedder.js'

/**
 * Loads a model of any source on any backend.
 *
 * @throws {ArgumentTypeError | ArgumentRangeError} `INVALID_OPTION`
 * @throws {BertEmbedError} for files that are missing, broken, or of a model that is not supported, and what source
 * and backend throw; see {@link ErrorCode}.
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
