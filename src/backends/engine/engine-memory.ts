/** Compiles the kernels and creates their memory, with errors that say what is missing. */

import { encodeInt8Dot, hasInt8Dot } from '../../engine/int8-dot.js'
import { encodeKernels } from '../../engine/kernels/module.js'
import { maxPages, pageBytes } from '../../engine/memory-limit.js'
import type { Plan } from '../../engine/plan.js'
import { type CompiledModule, type Memory, webAssembly } from '../../engine/web-assembly.js'
import { BertEmbedError } from '../../errors.js'
import { engineName } from './engine-name.js'

interface KernelOptions {
  readonly isShared: boolean
  readonly relaxedSimd: boolean
}

/**
 * Compiles the kernels, with relaxed SIMD where the runtime has it.
 *
 * @throws {BertEmbedError} `UNSUPPORTED_DEVICE`, `BACKEND_FAILED`
 */
export async function compileKernels({ isShared, relaxedSimd }: KernelOptions): Promise<CompiledModule> {
  const api: ReturnType<typeof webAssembly> | undefined = webAssembly() // absent in Safari's lockdown mode
  try {
    const isRelaxed = relaxedSimd && (api?.validate(encodeInt8Dot()) ?? false)
    const usesInt8Dot = isRelaxed && hasInt8Dot()
    const bytes = encodeKernels({ minPages: 1, maxPages, isShared, isRelaxed, usesInt8Dot })
    if (api?.validate(bytes)) return await api.compile(bytes)
  } catch (cause) {
    throw new BertEmbedError(
      'BACKEND_FAILED',
      `The ${engineName} could not be compiled: ${(cause as Error).message}`,
      { cause },
    )
  }
  throw new BertEmbedError(
    'UNSUPPORTED_DEVICE',
    `The ${engineName} needs WebAssembly with SIMD, which this runtime does not have.`,
  )
}

/**
 * Address space for batches in memory that threads share. Browsers reserve all of the maximum of such memory. A batch of
 * 512 tokens takes 20 MB in BERT-large.
 */
const sharedBatchBytes = 512 * 2 ** 20

/** @throws {BertEmbedError} `OUT_OF_MEMORY` */
export function createMemory(isShared: boolean, { weightsEnd }: Plan): Memory {
  const sharedPages = Math.ceil((weightsEnd + sharedBatchBytes) / pageBytes)
  const maximum = isShared ? Math.min(maxPages, sharedPages) : maxPages
  try {
    return new (webAssembly().Memory)({ initial: 1, maximum, shared: isShared })
  } catch (cause) {
    throw outOfMemory('its memory', cause)
  }
}

/** @throws {BertEmbedError} `OUT_OF_MEMORY` */
export function reserveMemory(memory: Memory, end: number): ArrayBuffer | SharedArrayBuffer {
  const missing = Math.ceil(end / pageBytes) - memory.buffer.byteLength / pageBytes
  if (missing > 0) {
    try {
      memory.grow(missing)
    } catch (cause) {
      throw outOfMemory(`${Math.ceil(end / 2 ** 20)} MB`, cause)
    }
  }
  return memory.buffer
}

function outOfMemory(what: string, cause: unknown): BertEmbedError {
  return new BertEmbedError(
    'OUT_OF_MEMORY',
    `The ${engineName} could not allocate ${what}. WebAssembly has at most ${(maxPages * pageBytes) / 2 ** 20} MB, or less on a small machine.`,
    { cause },
  )
}
