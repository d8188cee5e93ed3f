/** The Node backend. Runs onnxruntime-node on a worker thread, with the published weight files mapped into memory. */

import { checkOptions } from '../../checks/check-options.js'
import { BertEmbedError, describe } from '../../errors.js'
import { bytesFile, type ModelFile } from '../../sources/model-source.js'
import type { Backend, SessionOptions } from '../backend.js'
import { checkOrt, checkThreads, checkWorker, workerStarter } from '../backend-options.js'
import { type NodeWorker, startWorker, toWorkerLike } from '../worker/node-worker.node.js'
import { warnWithoutWorker } from '../worker/without-worker.node.js'
import { workerBackend } from '../worker/worker-backend.js'
import { checkOrtVersion, importOrt, keepOrtLoaded, type OrtNodeModule } from './import-ort.node.js'
import { createOrtSession } from './ort-session.js'
import { turnOffTelemetry } from './telemetry.node.js'
import { nameWeightFiles } from './weight-files.node.js'

export interface NodeBackendOptions {
  /** The module `onnxruntime-node`. Needed only if it cannot be imported by this name. */
  readonly ort?: OrtNodeModule | undefined
  /**
   * Run each model on a worker thread, so that the event loop is not blocked. `false` runs it in the calling thread. A
   * function starts the caller's `Worker`, whose code must be the package's file `dist/ort-worker.node.js`.
   *
   * @default true, or false if `ort` is given. If a worker cannot start, the calling thread runs the model, and the
   * process emits a warning.
   */
  readonly worker?: boolean | (() => NodeWorker) | undefined
}

const name = 'onnxruntime-node'

/**
 * Creates a backend on onnxruntime-node, which is imported when the first model is loaded. Its telemetry is turned off
 * for the process by setting `ORT_DISABLE_TELEMETRY=1` in `process.env`, unless that variable is already set.
 *
 * Files on disk are mapped by ONNX Runtime. Files in memory are copied twice: once for the worker and once by ONNX
 * Runtime. A worker that crashes is replaced at the next run. If the caller passed the weights as bytes, they must
 * still be in memory then.
 *
 * @throws {ArgumentTypeError} `INVALID_OPTION`
 */
export function nodeBackend(options: NodeBackendOptions = {}): Backend {
  checkOptions('nodeBackend', options, { ort: checkOrt, worker: checkWorker })
  const inThread = ortBackend(options)
  const { worker = options.ort === undefined } = options
  const start = workerStarter(worker, startWorker)
  if (!start) return inThread
  const onWorker = workerBackend({
    name,
    createWorker: () => toWorkerLike(start()),
    settings: {},
    fallback: (reason) => warningBackend(inThread, reason),
  })
  return {
    name,
    batchTokens,
    async createSession({ files, toBytes }, { device = defaultDevice, threads } = {}) {
      checkThreads(threads)
      turnOffTelemetry()
      await keepOrtLoaded()
      // This thread encodes the graph, which refers to the weight files by name. nameWeightFiles returns the same names
      // in the worker.
      const { locate } = nameWeightFiles(files)
      return onWorker.createSession({ files, toBytes: () => toBytes(locate, device) }, { device, threads })
    },
  }
}

/** Replaces a worker thread that could not start. Emits one warning that says why. */
function warningBackend(inThread: Backend, reason: Error): Backend {
  return {
    ...inThread,
    async createSession(model, options) {
      const session = await inThread.createSession(model, options)
      warnWithoutWorker(reason, 'nodeBackend')
      return session
    },
  }
}

const defaultDevice = 'cpu'

/**
 * Returns a batch size whose activations stay in the processor's caches. With two threads, batches of 1,024 tokens took
 * 10 % longer per token than batches of 512 with hidden size 384, and 2 % longer with 768. Batches of 256 were not
 * faster, but need more runs. One thread has the caches of one core only. There, batches of 256 took up to 6 % less
 * time than batches of 512 for short texts and with hidden size 768. For texts of mixed lengths with hidden size 384,
 * they took up to 3 % more.
 */
function batchTokens({ device = defaultDevice, threads }: SessionOptions): number | undefined {
  if (device !== defaultDevice) return undefined
  return threads === 1 ? 256 : 512
}

/**
 * Disables the fusion of a bias with a GELU. The fused operator took up to a quarter longer with AVX-512, and was not
 * faster with AVX2.
 */
const optimization = { disable_specified_optimizers: 'BiasGeluFusion' }

/** Creates a backend that runs onnxruntime-node in this thread. */
function ortBackend({ ort: given }: NodeBackendOptions): Backend {
  return {
    name,
    batchTokens,
    async createSession({ files, toBytes }, { device = defaultDevice, threads } = {}) {
      checkThreads(threads)
      turnOffTelemetry(given)
      const ort = given ?? (await importOrt())
      checkOrtVersion(ort)
      checkDevice(device, ort)
      const { locate, sessionOptions } = nameWeightFiles(await Promise.all(files.map(inMemoryOrOnDisk)))
      return createOrtSession({ name, ort, device }, toBytes(locate, device), {
        ...sessionOptions,
        extra: { ...sessionOptions.extra, optimization },
        executionProviders: [device],
        ...(threads !== undefined && { intraOpNumThreads: threads }),
      })
    },
  }
}

/** Refuses a device that ONNX Runtime does not have. ONNX Runtime would only warn, and run on the CPU. */
function checkDevice(device: string, ort: OrtNodeModule): void {
  const supported = ort.listSupportedBackends?.().map(({ name }) => name)
  if (supported && !supported.includes(device))
    throw new BertEmbedError(
      'UNSUPPORTED_DEVICE',
      `onnxruntime-node has no device ${describe(device)} on this machine; it has ${supported.join(', ')}.`,
    )
}

/** Reads a Blob into memory, because onnxruntime-node accepts only bytes and paths. */
async function inMemoryOrOnDisk(file: ModelFile): Promise<ModelFile> {
  return file.content.type === 'blob' ? bytesFile(file.path, await file.read(0, file.byteLength)) : file
}
