/** From a model's files to an embedder: (source, backend, options) -> Embedder. */

import type { Backend } from '../backends/backend.js'
import { assembleEmbedder } from '../embedder/assemble-embedder.js'
import type { Embedder } from '../embedder/embedder.js'
import type { ModelSource } from '../sources/model-source.js'
import { createSession } from './create-session.js'
import { loadModel } from './load-model.js'
import type { LoadOptions } from './load-options.js'
import { readModelFiles } from './read-model-files.js'

/** What `loadEmbedder` does, for arguments that are checked already; it reads no other options. */
export async function openEmbedder(
  source: ModelSource,
  backend: Backend,
  options: LoadOptions,
): Promise<Embedder> {
  const { signal } = options
  signal?.throwIfAborted()
  const files = await readModelFiles(source, options)
  const { tokenizer } = files
  const { model, createEncoderSession, settings } = await loadModel(source, files, { backend, options })
  await source.complete?.()
  signal?.throwIfAborted()
  const session = await createSession(backend, model, options)
  if (signal?.aborted) await session.dispose()
  signal?.throwIfAborted()
  return assembleEmbedder({
    model: source.name,
    session: createEncoderSession(session),
    tokenizer,
    settings,
  })
}
