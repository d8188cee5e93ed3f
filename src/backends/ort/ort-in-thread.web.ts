/** Runs onnxruntime-web in the current thread: in a worker, or in the page if there is no worker. */

import { BertEmbedError, describe } from '../../errors.js'
import type { ModelFile } from '../../sources/model-source.js'
import type { Backend, OnnxModel, OnnxProbe } from '../backend.js'
import { BlobBytes, canReadBlobs } from './blob-bytes.web.js'
import { createOrtSession, type OrtModule } from './ort-session.js'

export interface OrtWebModule extends OrtModule {
  readonly env?: { readonly wasm: { numThreads?: number | undefined; wasmPaths?: unknown } }
}

export interface OrtBackendOptions {
  /** The module `onnxruntime-web`. Needed only if it cannot be imported by this name. */
  readonly ort?: OrtWebModule | undefined
  /** URL of the folder with onnxruntime-web's .wasm and .mjs files. Needed only if they are not next to its code. */
  readonly wasmPaths?: string | undefined
}

const name = 'onnxruntime-web'

/** Creates a backend that runs onnxruntime-web in this thread. */
export function ortBackend({ ort: given, wasmPaths }: OrtBackendOptions = {}): Backend {
  return {
    name,
    async createSession(model, { device = 'wasm', threads } = {}) {
      const ort = given ?? (await importOrt(device))
      // WebGPU uses one thread: the GPU computes, and further threads would load the wrong build (see
      // ort-worker.web.ts).
      const numThreads = device === 'webgpu' ? 1 : limitToCores(threads)
      if (ort.env && numThreads !== undefined) ort.env.wasm.numThreads = numThreads
      if (ort.env && wasmPaths !== undefined) ort.env.wasm.wasmPaths = wasmPaths
      const externalData = await Promise.all(model.files.map(toExternalData))
      try {
        if (model.probe) await checkProbe(ort, device, { model: model.probe, externalData })
        return await create(ort, device, { model, externalData })
      } finally {
        for (const { data } of externalData) if (data instanceof BlobBytes) data.free()
      }
    },
  }
}

/**
 * Bundlers accept that a module is missing only within `try`.
 *
 * @throws {BertEmbedError} `MISSING_PEER`
 */
export async function importOrt(device: string): Promise<OrtWebModule> {
  try {
    // The default build contains an older WebGPU provider, which computes wrong values for a plain BERT.
    return device === 'webgpu' ? await import('onnxruntime-web/webgpu') : await import('onnxruntime-web/wasm')
  } catch (cause) {
    throw new BertEmbedError(
      'MISSING_PEER',
      `onnxruntime-web could not be imported: ${(cause as Error).message} (to install it: npm install onnxruntime-web)`,
      { cause },
    )
  }
}

interface ExternalData {
  readonly path: string
  readonly data: Uint8Array
}

/**
 * Maximum size of weights that ONNX Runtime may prepack, that is copy into the layout of its kernels during loading.
 * Prepacking makes multiplications of 16 rows 13 to 26 % faster, and multiplications of 256 rows 4 % faster. But both
 * copies exist for a while, and WebAssembly never returns memory: BERT-base in float32 (433 MB) raised a page's peak by
 * 211 MB.
 */
const maxPrepackedBytes = 256 * 1024 * 1024

interface EncodedParts {
  readonly model: Pick<OnnxModel, 'toBytes'>
  readonly externalData: ExternalData[]
}

function create(ort: OrtWebModule, device: string, { model, externalData }: EncodedParts) {
  const graph = model.toBytes((path) => path, device)
  const isLarge = externalData.reduce((sum, { data }) => sum + data.byteLength, 0) > maxPrepackedBytes
  return createOrtSession({ name, ort, device }, graph, {
    executionProviders: [device],
    externalData,
    ...(isLarge && { extra: { session: { disable_prepacking: '1' } } }),
  })
}

/** Limits the threads to the number of cores. ONNX Runtime would start all of them, each with a separate stack. */
function limitToCores(threads: number | undefined): number | undefined {
  const { hardwareConcurrency } = globalThis.navigator ?? {}
  return threads && hardwareConcurrency ? Math.min(threads, hardwareConcurrency) : threads
}

async function toExternalData({ path, content, read, byteLength }: ModelFile): Promise<ExternalData> {
  if (content.type === 'bytes') return { path, data: content.bytes }
  const isLazy = content.type === 'blob' && canReadBlobs()
  return { path, data: isLazy ? new BlobBytes(content.blob) : await read(0, byteLength) }
}

interface Probe extends EncodedParts {
  readonly model: OnnxProbe
}

/** Maximum difference between GPU and CPU. A GPU adds in another order and approximates exp() and erf(). */
const probeTolerance = 1e-3

/**
 * Runs a few layers of the model on the device and on the CPU and compares the results. Some drivers and browsers
 * compute wrong values without an error (transformers.js issue 1728).
 */
async function checkProbe(ort: OrtWebModule, device: string, probe: Probe): Promise<void> {
  const results: Float32Array[] = []
  for (const each of ['wasm', device]) {
    const session = await create(ort, each, probe)
    const [output] = session.outputNames
    const { [output!]: tensor } = await session.run(probe.model.inputs, [output!])
    await session.dispose()
    results.push(tensor!.data as Float32Array)
  }
  const [expected, actual] = results as [Float32Array, Float32Array]
  const difference = expected.reduce((max, value, i) => Math.max(max, Math.abs(value - actual[i]!)), 0)
  if (!(difference <= probeTolerance))
    throw new BertEmbedError(
      'WRONG_RESULT',
      `${device} results differ by ${describe(difference)} from the CPU on this machine: use device "wasm".`,
    )
}
