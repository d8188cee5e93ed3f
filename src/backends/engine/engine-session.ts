/** Runs batches on the kernels: the session of a model that was loaded as a plan. */

import { type BatchRows, layOutBatch } from '../../engine/batch-inputs.js'
import { execute, type Job, type Kernels } from '../../engine/execute.js'
import { encodeKernels } from '../../engine/kernels/module.js'
import { loadParameters, type ReadRange } from '../../engine/load-parameters.js'
import {
  checkWeightBytes,
  layOutMemory,
  type MemoryLayout,
  maxPages,
  pageBytes,
} from '../../engine/memory-layout.js'
import { type Plan, tableIndices } from '../../engine/plan.js'
import { createBarrier, endThreads, fail, jobOf, startRun, type ThreadSetup } from '../../engine/threads.js'
import { type CompiledModule, type Memory, webAssembly } from '../../engine/web-assembly.js'
import { BertEmbedError } from '../../errors.js'
import {
  encoderInputs,
  encoderOutput,
  maxPooledOutput,
  pooledOutput,
  poolingWeightsInput,
} from '../../model/encoder-tensors.js'
import { createTensor, type Tensor } from '../../tensor/tensor.js'
import type { BackendSession } from '../backend.js'
import { engineName } from './engine-name.js'

export interface EngineOptions {
  readonly read: ReadRange
  /** @default 1 */
  readonly threads?: number | undefined
  /** Starts a further thread, which calls `serveRuns`. Resolves when the thread is ready. */
  readonly startThread?: ((setup: ThreadSetup) => Promise<EngineThread>) | undefined
  /** The compiled kernels, where a runtime forbids compiling. Their memory is not shared. */
  readonly module?: CompiledModule | undefined
  /** Time after which a thread that does not finish its part of a step counts as dead. @default a minute */
  readonly maxWaitMs?: number | undefined
}

export interface EngineThread {
  /** Whether the thread has ended, by an error or because its worker was killed. */
  hasEnded(): boolean
  /** Ends the thread. */
  close(): void
}

/**
 * Fewer rows than this for each thread are divided by columns. A thread with 24 rows fills the tiles of its part.
 */
const minRowsPerThread = 24

/** @throws {BertEmbedError} `INVALID_WEIGHTS`, `OUT_OF_MEMORY`, `UNSUPPORTED_DEVICE`, `BACKEND_FAILED` */
export async function createEngineSession(plan: Plan, options: EngineOptions): Promise<BackendSession> {
  /** Holds the only reference to the memory, so that the memory is freed after `dispose`. */
  let running: Engine | undefined = await loadEngine(plan, options)
  return {
    backend: engineName,
    device: 'wasm',
    outputNames: [encoderOutput, pooledOutput, maxPooledOutput],
    async run(inputs, outputs) {
      if (!running) throw new BertEmbedError('DISPOSED', `This session of the ${engineName} was disposed of.`)
      const batch = batchOf(inputs)
      const includesPadding = (outputs as readonly string[]).includes(encoderOutput)
      const rows = layOutBatch(batch, { includesPadding, padTokenId: plan.padTokenId })
      checkIndices(plan, rows)
      const layout = running.run(rows)
      const context = { plan, kernels: running.kernels, buffer: running.memory.buffer, layout, rows, batch }
      return Object.fromEntries(outputs.map((name) => [name, outputOf(name, context, inputs)])) as Readonly<
        Record<(typeof outputs)[number], Tensor>
      >
    },
    async dispose() {
      running?.close()
      running = undefined
    },
  }
}

async function loadEngine(
  plan: Plan,
  { read, threads = 1, startThread, module: given, maxWaitMs }: EngineOptions,
): Promise<Engine> {
  checkWeightBytes(plan.weightsEnd)
  const count = startThread ? threads : 1
  const isShared = count > 1
  const module = given ?? (await compileKernels(isShared))
  const memory = createMemory(isShared)
  const kernels = new (webAssembly().Instance)(module, { env: { memory } }).exports as Kernels
  await loadParameters(plan, read, { kernels, reserve: (end) => reserveMemory(memory, end) })
  const others = await startThreads(count - 1, (index) =>
    startThread!({ module, memory, plan, index: index + 1, count }),
  )
  return createEngine({ plan, memory, kernels, others, maxWaitMs })
}

/** Starts further threads. If one of them cannot start, the others are ended, and the session has one thread. */
async function startThreads(
  count: number,
  start: (index: number) => Promise<EngineThread>,
): Promise<readonly EngineThread[]> {
  const results = await Promise.allSettled(Array.from({ length: Math.max(0, count) }, (_, i) => start(i)))
  const threads = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  if (threads.length === results.length) return threads
  for (const thread of threads) thread.close()
  return []
}

interface EngineParts {
  readonly plan: Plan
  readonly memory: Memory
  readonly kernels: Kernels
  readonly others: readonly EngineThread[]
  readonly maxWaitMs: number | undefined
}

type Engine = ReturnType<typeof createEngine>

/** Runs batches on all threads; on this thread alone after another one has failed. */
function createEngine({ plan, memory, kernels, others, maxWaitMs }: EngineParts) {
  const count = 1 + others.length
  let isAlone = count === 1
  /** Where the memory of runs begins. After a failure, other threads may still write to the memory of their last run. */
  let start = plan.weightsEnd

  function run(rows: BatchRows): MemoryLayout {
    isAlone ||= others.some((thread) => thread.hasEnded())
    const active = isAlone ? 1 : count
    const { rowCount, longest } = rows
    const size = { start, rowCount, longest, textCount: rows.texts.length, threads: active }
    const layout = layOutMemory(plan, size)
    const buffer = reserveMemory(memory, layout.end)
    const texts = new Int32Array(buffer, layout.texts, 4 * rows.texts.length)
    for (const [index, text] of rows.texts.entries())
      texts.set([text.start, text.rows, text.firstKey, text.keys], 4 * index)
    for (const index of tableIndices)
      new Int32Array(buffer, layout.indices[index], rowCount).set(rows.indices[index])
    const split = active > 1 && rowCount < active * minRowsPerThread ? 'columns' : 'rows'
    const job = jobOf(plan, memory, { size, split })
    try {
      if (isAlone) execute(plan, kernels, job, { index: 0, count: 1, barrier: () => {} })
      else runTogether(job, size)
    } catch (cause) {
      if (!isAlone) {
        isAlone = true
        start = layout.end
        close()
      }
      throw new BertEmbedError('BACKEND_FAILED', `A thread of the ${engineName} has failed.`, { cause })
    }
    return layout
  }

  function runTogether(job: Job, size: Parameters<typeof startRun>[1]): void {
    const barrier = createBarrier(memory, count, maxWaitMs)
    try {
      startRun(memory, size, job.split)
      execute(plan, kernels, job, { index: 0, count, barrier })
      barrier()
    } catch (error) {
      fail(memory)
      throw error
    }
  }

  function close(): void {
    endThreads(memory)
    for (const thread of others) thread.close()
  }

  return { kernels, memory, run, close }
}

/**
 * Compiles the kernels, with relaxed SIMD where the runtime has it.
 *
 * @throws {BertEmbedError} `UNSUPPORTED_DEVICE`, `BACKEND_FAILED`
 */
async function compileKernels(isShared: boolean): Promise<CompiledModule> {
  const api: ReturnType<typeof webAssembly> | undefined = webAssembly() // absent in Safari's lockdown mode
  const limits = { minPages: 1, maxPages, isShared }
  const relaxed = encodeKernels({ ...limits, isRelaxed: true })
  const bytes = api?.validate(relaxed) ? relaxed : encodeKernels({ ...limits, isRelaxed: false })
  if (!api?.validate(bytes))
    throw new BertEmbedError(
      'UNSUPPORTED_DEVICE',
      `The ${engineName} needs WebAssembly with SIMD, which this runtime does not have.`,
    )
  return api.compile(bytes).catch((cause: Error) => {
    throw new BertEmbedError('BACKEND_FAILED', `The ${engineName} could not be compiled: ${cause.message}`, {
      cause,
    })
  })
}

/** @throws {BertEmbedError} `OUT_OF_MEMORY` */
function createMemory(isShared: boolean): Memory {
  try {
    return new (webAssembly().Memory)({ initial: 1, maximum: maxPages, shared: isShared })
  } catch (cause) {
    throw outOfMemory('its memory', cause)
  }
}

/** @throws {BertEmbedError} `OUT_OF_MEMORY` */
function reserveMemory(memory: Memory, end: number): ArrayBuffer | SharedArrayBuffer {
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

/** @throws {BertEmbedError} `BACKEND_FAILED` for an id, a token type or a position outside of its table */
function checkIndices({ steps }: Plan, { indices }: BatchRows): void {
  for (const step of steps)
    if (step.type === 'embeddings')
      for (const { index, rows } of step.tables)
        if (indices[index].some((row) => row < 0 || row >= rows))
          throw new BertEmbedError(
            'BACKEND_FAILED',
            `The ${engineName} was given a row outside of a table with ${rows} rows (${index}).`,
          )
}

interface OutputContext {
  readonly plan: Plan
  readonly kernels: Kernels
  readonly buffer: ArrayBuffer | SharedArrayBuffer
  readonly layout: MemoryLayout
  readonly rows: BatchRows
  readonly batch: ReturnType<typeof batchOf>
}

type Inputs = Readonly<Record<string, Tensor>>

/** @throws {BertEmbedError} `BACKEND_FAILED` */
function batchOf(inputs: Inputs) {
  const [inputIds, attentionMask, tokenTypeIds] = encoderInputs.map((name) => inputs[name])
  if (
    !inputIds ||
    [inputIds, attentionMask, tokenTypeIds].some(
      (tensor) =>
        tensor?.dtype !== 'int32' || tensor.shape.length !== 2 || `${tensor.shape}` !== `${inputIds.shape}`,
    )
  )
    throw new BertEmbedError(
      'BACKEND_FAILED',
      `The ${engineName} takes ${encoderInputs.join(', ')}: int32 tensors of the same shape [batch, tokens].`,
    )
  return { inputIds, attentionMask, tokenTypeIds } as {
    readonly inputIds: Tensor<'int32'>
    readonly attentionMask: Tensor<'int32'>
    readonly tokenTypeIds: Tensor<'int32'>
  }
}

function outputOf(name: string, context: OutputContext, inputs: Inputs): Tensor {
  switch (name) {
    case encoderOutput:
      return lastHiddenState(context)
    case pooledOutput:
      return pooled(context, inputs[poolingWeightsInput])
    case maxPooledOutput:
      return maxPooled(context)
    default:
      throw new BertEmbedError('BACKEND_FAILED', `The ${engineName} has no output ${name}.`)
  }
}

function lastHiddenState({ plan, buffer, layout, rows, batch }: OutputContext): Tensor {
  const [texts, tokens] = batch.inputIds.shape as [number, number]
  const { hiddenSize } = plan
  const data = new Float32Array(texts * tokens * hiddenSize)
  const first = rowAddress(plan, layout, 0)
  for (let row = 0; row < rows.rowCount; row++)
    data.set(new Float32Array(buffer, first + row * plan.output.stride, hiddenSize), row * hiddenSize)
  return createTensor('float32', data, [texts, tokens, hiddenSize])
}

/** The sums of the tokens' vectors, each times its weight: [batch, modes, hidden]. */
function pooled(
  { plan, kernels, buffer, layout, rows, batch }: OutputContext,
  weights: Tensor | undefined,
): Tensor {
  const { hiddenSize, output } = plan
  const [, tokens] = batch.inputIds.shape as [number, number]
  const modes = weights?.shape[1]
  if (
    weights?.dtype !== 'float32' ||
    modes === undefined ||
    weights.data.length !== rows.texts.length * modes * tokens
  )
    throw new BertEmbedError(
      'BACKEND_FAILED',
      `The ${engineName} needs ${poolingWeightsInput} for its output ${pooledOutput}: float32 [batch, modes, tokens].`,
    )
  const data = new Float32Array(rows.texts.length * modes * hiddenSize)
  const values = weights.data as Float32Array
  for (const [text, { start, column, rows: count }] of rows.texts.entries())
    for (let mode = 0; mode < modes && count > 0; mode++) {
      const at = (text * modes + mode) * tokens + column
      new Float32Array(buffer, layout.weights, count).set(values.subarray(at, at + count))
      kernels.weighted_sum!(
        rowAddress(plan, layout, start),
        output.stride,
        count,
        hiddenSize,
        layout.weights,
        layout.pooled,
      )
      data.set(new Float32Array(buffer, layout.pooled, hiddenSize), (text * modes + mode) * hiddenSize)
    }
  return createTensor('float32', data, [rows.texts.length, modes, hiddenSize])
}

/** The maximum over the tokens without padding: [batch, hidden]; zeros for a text without tokens. */
function maxPooled({ plan, kernels, buffer, layout, rows }: OutputContext): Tensor {
  const { hiddenSize, output } = plan
  const data = new Float32Array(rows.texts.length * hiddenSize)
  for (const [text, { start, firstKey, keys }] of rows.texts.entries()) {
    if (keys === 0) continue
    kernels.maximum!(
      rowAddress(plan, layout, start + firstKey),
      output.stride,
      keys,
      hiddenSize,
      layout.pooled,
    )
    data.set(new Float32Array(buffer, layout.pooled, hiddenSize), text * hiddenSize)
  }
  return createTensor('float32', data, [rows.texts.length, hiddenSize])
}

/** Address of a row of the last hidden state. */
function rowAddress({ slotOf, output }: Plan, { slots }: MemoryLayout, row: number): number {
  return slots[slotOf[output.value]!]! + output.offset + row * output.stride
}
