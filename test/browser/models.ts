/// <reference types="vite/client" />
/** URLs of the recorded checkpoints, which Vite serves to the page, and the worker that runs them. */

import { engineBackend } from '../../src/backends/engine/engine.web.js'
import { webBackend } from '../../src/backends/ort/ort.web.js'
import type { WorkerLike } from '../../src/backends/worker/worker-backend.js'
import {
  decodeReference,
  decodeSentenceReference,
  type RawReference,
  type RawSentenceReference,
} from '../support/reference.js'

const root = '/test/fixtures/checkpoints/'

/** Names of the bare checkpoints, without the sentence-transformers models. */
export const bareCheckpoints = Object.keys(import.meta.glob('/test/fixtures/checkpoints/*/config.json'))
  .map((path) => path.split('/').at(-2)!)
  .filter((name) => !name.startsWith('sentence-transformers'))
  // Only architectures with operators that the others do not have. Node tests all of them.
  .filter((name) => /^tiny-|^(?:bert-small|modernbert|mpnet)-untrained$/.test(name))

/** Returns the URL of a checkpoint, relative to the server's root. */
export function checkpointUrl(name: string): string {
  return root + name
}

export const smallCheckpoint = checkpointUrl('bert-small-untrained')

export async function fetchReference(name: string) {
  return decodeReference(await fetchJson<RawReference>(name))
}

export async function fetchSentenceReference(name: string) {
  return decodeSentenceReference(await fetchJson<RawSentenceReference>(name))
}

/** Starts the package's worker from its source file, whose name differs from the built file's. */
export function startWorker(): WorkerLike {
  return new Worker(new URL('../../src/backends/ort/ort-worker.web.ts', import.meta.url), { type: 'module' })
}

/** Starts the engine's worker from its source file. */
export function startEngineWorker(): WorkerLike {
  return new Worker(new URL('../../src/backends/engine/engine-worker.web.ts', import.meta.url), {
    type: 'module',
  })
}

/** The backends that run safetensors in a page, each in a worker. */
export const workerBackends = {
  'the engine': engineBackend({ worker: startEngineWorker }),
  'onnxruntime-web': webBackend({ worker: startWorker }),
} as const
export const engine = workerBackends['the engine']

async function fetchJson<T>(name: string): Promise<T> {
  const response = await fetch(`${checkpointUrl(name)}/reference.json`)
  return response.json()
}
