/** Runs a loaded model: on one session, or on several side by side. */

import type { Backend, BackendSession, OnnxModel, SessionOptions } from '../backends/backend.js'
import type { LoadOptions } from './load-options.js'

/** Each of several sessions has one thread, unless told otherwise. */
export function sessionOptionsOf({ device, threads, sessions = 1 }: LoadOptions): SessionOptions {
  return { device, threads: threads ?? (sessions > 1 ? 1 : undefined) }
}

/** @throws {BertEmbedError} what {@link Backend.createSession} throws */
export async function createSession(
  backend: Backend,
  model: OnnxModel,
  options: LoadOptions,
): Promise<BackendSession> {
  const { sessions = 1 } = options
  const sessionOptions = sessionOptionsOf(options)
  if (sessions === 1) return backend.createSession(model, sessionOptions)
  // Loaded when it is needed: most have one.
  const { createSideBySide } = await import('../backends/side-by-side.js')
  return createSideBySide(() => backend.createSession(model, sessionOptions), sessions)
}
