/** Loads a model into an embedder: reads its files, prepares the encoder with its weights, and creates the session. */

import type { Backend, BackendSession } from '../backends/backend.js'
import { assembleEmbedder } from '../embedder/embedder.js'
import type { Embedder } from '../embedder/embedder-types.js'
import type { ModelSource } from '../sources/model-source.js'
import { readModelFiles } from './files/read-model-files.js'
import { loadModel } from './load-model.js'
import type { LoadOptions } from './load-options.js'

/** Does the work of `loadEmbedder` for arguments that are already checked. Options it does not know are ignored. */
export async function openEmbedder(
  source: ModelSource,
  backend: Backend,
  options: LoadOptions,
): Promise<Embedder> {
  const { signal, sessions = 1, device } = options
  // Each of several sessions has one thread by default.
  const threads = options.threads ?? (sessions > 1 ? 1 : undefined)
  const sessionOptions = { device, threads }
  signal?.throwIfAborted()
  const files = await readModelFiles(source, options)
  const loaded = await loadModel(source, files, { options, backend, sessionOptions })
  const { createSession, createEncoderSession, settings, dtype } = loaded
  await source.complete?.()
  signal?.throwIfAborted()
  const session = await (sessions === 1 ? createSession() : loadSideBySide(createSession, sessions))
  if (signal?.aborted) await session.dispose()
  signal?.throwIfAborted()
  return assembleEmbedder({
    model: source.name,
    backend: session.backend ?? backend.name,
    dtype,
    session: createEncoderSession(session),
    tokenizer: files.tokenizer,
    settings,
  })
}

/** Imported on demand: most embedders have one session. */
async function loadSideBySide(createSession: () => Promise<BackendSession>, sessions: number) {
  const { createSideBySide } = await import('../backends/side-by-side.js')
  return createSideBySide(createSession, sessions)
}
