/** The Web backend: onnxruntime-web, its WebAssembly build. Runs wherever WebAssembly does. */

import { BertEmbedError, describe } from '../errors.js'
import type { Backend, OnnxModel } from './backend.js'
import { checkThreads, createOrtSession, type OrtModule } from './ort-session.js'

export interface WebBackendOptions {
  /** The `onnxruntime-web/wasm` module, where it cannot be imported by its name. */
  readonly ort?: OrtModule | undefined
}

/** A backend on onnxruntime-web, imported when the first model is loaded. */
export function webBackend({ ort: given }: WebBackendOptions = {}): Backend {
  const name = 'onnxruntime-web'
  return {
    name,
    async createSession(model, { device = 'wasm', threads } = {}) {
      if (device !== 'wasm')
        throw new BertEmbedError(
          'UNSUPPORTED_DEVICE',
          `onnxruntime-web is used with device "wasm" only, not ${describe(device)}.`,
        )
      checkThreads(threads)
      const ort = given ?? (await importOrt())
      const { graph, externalData } = await attachWeights(model)
      return createOrtSession({ name, ort }, graph, {
        executionProviders: [device],
        externalData,
        ...(threads !== undefined && { intraOpNumThreads: threads }),
      })
    },
  }
}

async function importOrt(): Promise<OrtModule> {
  try {
    return await import('onnxruntime-web/wasm')
  } catch (cause) {
    throw new BertEmbedError(
      'MISSING_PEER',
      'onnxruntime-web could not be imported: install it with "npm install onnxruntime-web".',
      { cause },
    )
  }
}

async function attachWeights(model: OnnxModel) {
  const externalData = await Promise.all(
    model.files.map(async ({ path, byteLength, content, read }) => ({
      path,
      data: content.type === 'bytes' ? content.bytes : await read(0, byteLength),
    })),
  )
  return { graph: model.encode((path) => path), externalData }
}
