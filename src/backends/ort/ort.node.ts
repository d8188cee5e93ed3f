/** The Node backend: onnxruntime-node on a worker thread, with the weights mapped from the files they were published in. */

import { checkOptions } from '../../checks/check-options.js'
import { BertEmbedError, describe } from '../../errors.js'
import { bytesFile, type ModelFile } from '../../sources/model-source.js'
import type { Backend, SessionOptions } from '../backend.js'
import { checkOrt, checkWorker } from '../backend-options.js'
import { checkThreads } from '../check-threads.js'
import { type NodeWorker, startWorker, toWorkerLike } from '../worker/node-worker.node.js'
import { workerBackend } from '../worker/worker-backend.js'
import { workerStarter } from '../worker/worker-starter.js'
import { checkOrtVersion, importOrt, keepOrtLoaded, type OrtNodeModule } from './import-ort.node.js'
import { createOrtSession } from './ort-session.js'
import { turnOffTelemetry } from './telemetry.node.js'
import { warnOnce } from './warn-once.node.js'
import { placeWeights } from './weight-files.node.js'

export interface NodeBackendOptions {
  /** The `onnxruntime-node` module, where it cannot be imported by its name. */
  readonly ort?: OrtNodeModule | undefined
  /**
   * Run on a worker thread, one for each model, so that the event loop stays free. `false` runs in the thread that asks;
   * a function starts a `Worker` of one's own, whose code is the package's file `dist/ort-worker.node.js`.
   *
   * @default true, unless `ort` is given; where a worker cannot start, the thread that asks, and a warning of the process
   */
  readonly worker?: boolean | (() => NodeWorker) | undefined
}

const name = 'onnxruntime-node'

/**
 * A backend on onnxruntime-node, imported when the first model is loaded. Its telemetry is turned off for the process, by
 * `ORT_DISABLE_TELEMETRY=1` in `process.env`, unless that variable is set.
 *
 * Files on disk are mapped by ONNX Runtime itself; files in memory are copied, once for the worker and once by ONNX
 * Runtime, which takes no other way. A worker that fails is replaced at the next run, for which weights that came as
 * bytes have to be in memory still.
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
      // Encoded here, for the places that the worker will find for the same files.
      const { locate } = placeWeights(files)
      return onWorker.createSession({ files, toBytes: () => toBytes(locate, device) }, { device, threads })
    },
  }
}

/** Takes over from a worker thread that did not start, and tells the application why, once. */
function warningBackend(inThread: Backend, { message, cause }: Error): Backend {
  return {
    ...inThread,
    async createSession(model, options) {
      const session = await inThread.createSession(model, options)
      const reason = cause instanceof Error ? `${message} ${cause.message}` : message
      warnOnce(
        'BERT_EMBED_NO_WORKER',
        `bert-embed runs its model in the thread that asks, whose event loop stops meanwhile. ${reason}
A bundle needs the file of the worker beside it: see "Bundles for Node" in docs/runtimes.md. nodeBackend({ worker: false }) asks for no worker.`,
      )
      return session
    },
  }
}

const defaultDevice = 'cpu'

/**
 * What a layer computes for so many tokens stays in a processor's caches: with two threads 1,024 tokens took 10 % longer
 * each in a model of 384 values a token, and 2 % in one of 768; 256 were not faster, and cost more batches. With one
 * thread, which has one core's caches, 256 took up to 6 % less time than 512 for short texts and in the wide model, and up
 * to 3 % more for mixed ones in the narrow one.
 */
function batchTokens({ device = defaultDevice, threads }: SessionOptions): number | undefined {
  if (device !== defaultDevice) return undefined
  return threads === 1 ? 256 : 512
}

/** A bias and a GELU take up to a quarter longer as one operator than as two (AVX-512), and no less (AVX2). */
const optimization = { disable_specified_optimizers: 'BiasGeluFusion' }

/** onnxruntime-node in the thread that imports it. */
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
      const { locate, sessionOptions } = placeWeights(await Promise.all(files.map(inMemoryOrOnDisk)))
      return createOrtSession({ name, ort, device }, toBytes(locate, device), {
        ...sessionOptions,
        extra: { ...sessionOptions.extra, optimization },
        executionProviders: [device],
        ...(threads !== undefined && { intraOpNumThreads: threads }),
      })
    },
  }
}

/** ONNX Runtime only warns of a device it does not have, and runs on the CPU: we refuse. */
function checkDevice(device: string, ort: OrtNodeModule): void {
  const supported = ort.listSupportedBackends?.().map(({ name }) => name)
  if (supported && !supported.includes(device))
    throw new BertEmbedError(
      'UNSUPPORTED_DEVICE',
      `onnxruntime-node has no device ${describe(device)} on this machine; it has ${supported.join(', ')}.`,
    )
}

/** ONNX Runtime takes bytes and paths, no blobs. */
async function inMemoryOrOnDisk(file: ModelFile): Promise<ModelFile> {
  return file.content.type === 'blob' ? bytesFile(file.path, await file.read(0, file.byteLength)) : file
}
