/** Runs the engine in the current thread: in a worker, or in the calling thread if there is no worker. */

import type { ReadRange } from '../../engine/load-parameters.js'
import type { ThreadSetup } from '../../engine/threads.js'
import type { CompiledModule } from '../../engine/web-assembly.js'
import { BertEmbedError } from '../../errors.js'
import type { ModelFile } from '../../sources/model-source.js'
import type { Backend } from '../backend.js'
import { engineName } from './engine-name.js'
import { createEngineSession, type EngineThread } from './engine-session.js'

export interface EngineInThreadOptions {
  /** Starts a further thread. @default one thread */
  readonly startThread?: ((setup: ThreadSetup) => Promise<EngineThread>) | undefined
  /** See `EngineBackendOptions`. */
  readonly relaxedSimd?: boolean | undefined
  /** Number of cores of the machine. */
  readonly cores?: number | undefined
  /** The compiled kernels, see `EngineBackendOptions`. */
  readonly module?: CompiledModule | undefined
  /** Reads a range of a file. @default the file's `read` */
  readonly readFile?: ((file: ModelFile, start: number, end: number) => Promise<Uint8Array>) | undefined
}

export function engineInThread(
  options: EngineInThreadOptions = {},
): Required<Pick<Backend, 'createPlanSession'>> {
  const {
    startThread,
    cores = 1,
    module,
    relaxedSimd,
    readFile = (file, start, end) => file.read(start, end),
  } = options
  return {
    async createPlanSession({ files, plan }, { threads } = {}) {
      const byPath = new Map(files.map((file) => [file.path, file]))
      const read: ReadRange = (path, start, end) => readFile(byPath.get(path)!, start, end)
      const canShare = typeof SharedArrayBuffer === 'function' && module === undefined
      return createEngineSession(plan, {
        read,
        module,
        relaxedSimd,
        startThread: canShare ? startThread : undefined,
        threads: Math.min(threads ?? defaultThreads(cores), cores),
      })
    },
  }
}

/**
 * All cores of a small machine, half of the cores of a larger one, whose cores often are pairs of threads or of two
 * kinds, and at most 8.
 */
export function defaultThreads(cores: number): number {
  return Math.min(8, Math.max(Math.ceil(cores / 2), Math.min(cores, 4)))
}

/** The engine's answer to an ONNX file. @throws {BertEmbedError} `UNSUPPORTED_MODEL` */
export async function refuseOnnx(): Promise<never> {
  throw new BertEmbedError(
    'UNSUPPORTED_MODEL',
    `The ${engineName} runs no ONNX files: use the default backend, or webBackend() or nodeBackend().`,
  )
}
