/** Turns the telemetry of onnxruntime-node off, unless the environment allows it. */

import process from 'node:process'
import { isMainThread } from 'node:worker_threads'
import { warnOnce } from '../warn-once.node.js'
import { isOlder, type OrtNodeModule, ortVersion } from './import-ort.node.js'

const firstWithTelemetry = '1.29'

/**
 * Turns telemetry off. Must be called before the first session of the process, because ONNX Runtime reads the variable
 * then, from the environment of the process. ONNX Runtime 1.29 and later would write an identifier below the user's
 * home directory and send events to Microsoft. On Windows it only writes to the system's tracing.
 *
 * @param ort The caller's module, if one was given.
 */
export function turnOffTelemetry(ort?: OrtNodeModule): void {
  if (setInProcess() || process.platform === 'win32') return
  const version = ortVersion(ort)
  if (version !== undefined && isOlder(version, firstWithTelemetry)) return
  warnOnce(
    'BERT_EMBED_TELEMETRY',
    'onnxruntime-node 1.29 and later has telemetry, which bert-embed cannot turn off from here (a worker thread, or Deno without --allow-env): set ORT_DISABLE_TELEMETRY=1 in the environment of the process, or 0 to allow it.',
  )
}

/** Sets the variable, unless it is set already. Returns whether native code sees it. */
function setInProcess(): boolean {
  const { env, versions } = process
  try {
    if (env.ORT_DISABLE_TELEMETRY) return true
    env.ORT_DISABLE_TELEMETRY = '1'
  } catch {
    return false // Deno may not read or write it
  }
  if (versions.bun !== undefined) return setForNativeCode('ORT_DISABLE_TELEMETRY', '1')
  return isMainThread // in worker threads `process.env` is a copy
}

/** The part of Bun's foreign function interface that is used here. */
interface BunFfi {
  dlopen(
    library: string,
    functions: { setenv: { args: string[]; returns: string } },
  ): { symbols: { setenv(name: Uint8Array, value: Uint8Array, overwrite: number): number } }
}

/** Calls `setenv` of the C library. In Bun, `process.env` is a copy in every thread, even in the main thread. */
function setForNativeCode(name: string, value: string): boolean {
  try {
    // Bundlers and other runtimes would try to resolve an import of this module. The cast is needed because Node's
    // types do not have it.
    const { getBuiltinModule } = process as unknown as { getBuiltinModule(id: string): BunFfi }
    const { dlopen } = getBuiltinModule('bun:ffi')
    const library = process.platform === 'darwin' ? 'libSystem.B.dylib' : 'libc.so.6'
    const { symbols } = dlopen(library, {
      setenv: { args: ['cstring', 'cstring', 'i32'], returns: 'i32' },
    })
    const text = (content: string) => new TextEncoder().encode(`${content}\0`)
    return symbols.setenv(text(name), text(value), 1) === 0
  } catch {
    return false
  }
}
