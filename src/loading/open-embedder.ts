/** Loads a model into an embedder: reads its files, prepares a graph with weights, and creates the session. */

import type { Backend, BackendSession, OnnxModel, SessionOptions } from '../backends/backend.js'
import { assembleEmbedder } from '../embedder/embedder.js'
import type { Embedder } from '../embedder/embedder-types.js'
import type { ModelSource } from '../sources/model-source.js'
import { loadModel } from './load-model.js'
import type { LoadOptions } from './load-options.js'
import { readModelFiles } from './read-model-files.js'

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
  const batchTokens = backend.batchTokens?.(sessionOptions)
  const { model, createEncoderSession, settings } = await loadModel(source, files, { options, batchTokens })
  await source.complete?.()
  signal?.throwIfAborted()
  const session = await createSessions(backend, model, { ...sessionOptions, sessions })
  if (signal?.aborted) await session.dispose()
  signal?.throwIfAborted()
  return assembleEmbedder({
    model: source.name,
    session: createEncoderSession(session),
    tokenizer: files.tokenizer,
    settings,
  })
}

/** One session, or several that look like one. */
async function createSessions(
  backend: Backend,
  model: OnnxModel,
  { sessions, ...options }: SessionOptions & { readonly sessions: number },
): Promise<BackendSession> {
  if (sessions === 1) return backend.createSession(model, options)
  // Imported on demand: most embedders have one session.
  const { createSideBySide } = await import('../backends/side-by-side.js')
  return createSideBySide(() => backend.createSession(model, options), sessions)
}
