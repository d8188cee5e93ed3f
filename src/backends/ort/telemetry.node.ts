/** The telemetry of onnxruntime-node: off, unless the environment asks for it. */

import process from 'node:process'
import { isMainThread } from 'node:worker_threads'
import { isOlder, type OrtNodeModule, ortVersion } from './import-ort.node.js'
import { warnOnce } from './warn-once.node.js'

const firstWithTelemetry = '1.29'

/**
 * To be called before the first session of the process. ONNX Runtime 1.29 and later would write an identifier below the
 * user's home, and send events to Microsoft (on Windows it only tells the system's own tracing). Then it reads the
 * variable, from the environment that the process has.
 *
 * @param ort The module, where it is the caller's.
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

/** Whether the variable is set, now or from before, where native code reads it. */
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

/** What is used of Bun's foreign function interface. */
interface BunFfi {
  dlopen(
    library: string,
    functions: { setenv: { args: string[]; returns: string } },
  ): { symbols: { setenv(name: Uint8Array, value: Uint8Array, overwrite: number): number } }
}

/** In Bun `process.env` is a copy in every thread: the C library's own function reaches the environment. */
function setForNativeCode(name: string, value: string): boolean {
  try {
    // Not by an import, which bundlers and other runtimes would look for. Types know Node's modules only.
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
