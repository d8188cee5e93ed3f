/** onnxruntime-web in the thread that imports it: a worker's, or the page's where there is no worker. */

import { BertEmbedError, describe } from '../../errors.js'
import type { ModelFile } from '../../sources/model-source.js'
import type { Backend, OnnxModel, OnnxProbe } from '../backend.js'
import { BlobBytes, canReadBlobs } from './blob-bytes.web.js'
import { createOrtSession, type OrtModule } from './ort-session.js'

export interface OrtWebModule extends OrtModule {
  readonly env?: { readonly wasm: { numThreads?: number | undefined; wasmPaths?: unknown } }
}

export interface OrtBackendOptions {
  /** The module, where it cannot be imported by its name. */
  readonly ort?: OrtWebModule | undefined
  /** Where onnxruntime-web's .wasm and .mjs files are served, where it cannot find them beside itself. */
  readonly wasmPaths?: string | undefined
}

const name = 'onnxruntime-web'

/** A backend on onnxruntime-web that runs in this thread. */
export function ortBackend({ ort: given, wasmPaths }: OrtBackendOptions = {}): Backend {
  return {
    name,
    async createSession(model, { device = 'wasm', threads } = {}) {
      const ort = given ?? (await importOrt(device))
      // With WebGPU one thread: its threads would load the other build (see ort-worker.web.ts), and the GPU does the work.
      const numThreads = device === 'webgpu' ? 1 : atMostCores(threads)
      if (ort.env && numThreads !== undefined) ort.env.wasm.numThreads = numThreads
      if (ort.env && wasmPaths !== undefined) ort.env.wasm.wasmPaths = wasmPaths
      const externalData = await Promise.all(model.files.map(toExternalData))
      try {
        if (device === 'webgpu' && model.probe) await checkProbe(ort, model.probe, externalData)
        return await create(ort, device, { model, externalData })
      } finally {
        for (const { data } of externalData) if (data instanceof BlobBytes) data.free()
      }
    },
  }
}

async function importOrt(device: string): Promise<OrtWebModule> {
  try {
    // The default build would come with an older WebGPU, which computes a plain BERT wrongly.
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
 * ONNX Runtime lays out matrices anew for its kernels, while it loads: multiplications of 16 rows are 13 to 26 % faster for
 * it, those of 256 rows 4 %. But for a while both copies are there, and WebAssembly never gives memory back: BERT-base in
 * float32, 433 MB, made a page peak 211 MB higher. Smaller models have room.
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

/** ONNX Runtime starts as many threads as it is told to, with a stack each, whatever the machine has. */
function atMostCores(threads: number | undefined): number | undefined {
  const { hardwareConcurrency } = globalThis.navigator ?? {}
  return threads && hardwareConcurrency ? Math.min(threads, hardwareConcurrency) : threads
}

async function toExternalData({ path, content, read, byteLength }: ModelFile): Promise<ExternalData> {
  if (content.type === 'bytes') return { path, data: content.bytes }
  const isLazy = content.type === 'blob' && canReadBlobs()
  return { path, data: isLazy ? new BlobBytes(content.blob) : await read(0, byteLength) }
}

/** How far a GPU's values may be from the CPU's: its sums are in another order, its exp() and erf() are approximations. */
const probeTolerance = 1e-3

/**
 * Runs one layer of the model on the GPU and on the CPU. Drivers and browsers have computed wrong values without an
 * error (transformers.js issue 1728), and a wrong vector is worse than none.
 */
async function checkProbe(ort: OrtWebModule, probe: OnnxProbe, externalData: ExternalData[]): Promise<void> {
  const results: Float32Array[] = []
  for (const device of ['wasm', 'webgpu']) {
    const session = await create(ort, device, { model: probe, externalData })
    const [output] = session.outputNames
    const { [output!]: tensor } = await session.run(probe.inputs, [output!])
    await session.dispose()
    results.push(tensor!.data as Float32Array)
  }
  const [expected, actual] = results as [Float32Array, Float32Array]
  const difference = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - actual[i]!)), 0)
  if (!(difference <= probeTolerance))
    throw new BertEmbedError(
      'WRONG_RESULT',
      `WebGPU computes ${describe(difference)} away from the CPU on this machine: use device "wasm".`,
    )
}
