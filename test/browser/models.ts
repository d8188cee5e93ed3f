/// <reference types="vite/client" />
/** The recorded checkpoints, as Vite serves them to the page, and workers for them. */

import type { WorkerLike } from '../../src/backends/worker/worker-backend.js'
import {
  decodeReference,
  decodeSentenceReference,
  type RawReference,
  type RawSentenceReference,
} from '../support/reference.js'

const root = '/test/fixtures/checkpoints/'

/** Names of the bare checkpoints; the sentence-transformers models are apart. */
export const bareCheckpoints = Object.keys(import.meta.glob('/test/fixtures/checkpoints/*/config.json'))
  .map((path) => path.split('/').at(-2)!)
  .filter((name) => !name.startsWith('sentence-transformers'))
  // Of the architectures, those with operators that the others have not; Node tests them all.
  .filter((name) => /^tiny-|^(?:bert-small|modernbert|mpnet)-untrained$/.test(name))

/** The URL of a checkpoint, from the root of the server. */
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

/** Starts the worker that the package has for this; from its source, which has another name than when it is built. */
export function startWorker(): WorkerLike {
  return new Worker(new URL('../../src/backends/ort/ort-worker.web.ts', import.meta.url), { type: 'module' })
}

async function fetchJson<T>(name: string): Promise<T> {
  const response = await fetch(`${checkpointUrl(name)}/reference.json`)
  return response.json()
}
