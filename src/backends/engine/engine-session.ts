/** Runs batches on the kernels: the session of a model that was loaded as a plan. */

import { type BatchRows, layOutBatch } from '../../engine/batch-inputs.js'
import { execute, type Job, type Kernels } from '../../engine/execute.js'
import { loadParameters, type ReadRange } from '../../engine/load-parameters.js'
import { layOutMemory, type MemoryLayout } from '../../engine/memory-layout.js'
import { checkWeightBytes } from '../../engine/memory-limit.js'
import { type Plan, tableIndices } from '../../engine/plan.js'
import { createBarrier, endThreads, fail, jobOf, startRun, type ThreadSetup } from '../../engine/threads.js'
import { type CompiledModule, type Memory, webAssembly } from '../../engine/web-assembly.js'
import { BertEmbedError } from '../../errors.js'
import { encoderOutput, maxPooledOutput, pooledOutput } from '../../model/encoder-tensors.js'
import type { Tensor } from '../../tensor/tensor.js'
import type { BackendSession } from '../backend.js'
import { batchOf, checkIndices } from './engine-inputs.js'
import { compileKernels, createMemory, reserveMemory } from './engine-memory.js'
import { engineName } from './engine-name.js'
import { outputOf } from './engine-outputs.js'

export interface EngineOptions {
  readonly read: ReadRange
  /** @default 1 */
  readonly threads?: number | undefined
  /** Starts a further thread, which calls `serveRuns`. Resolves when the thread is ready. */
  readonly startThread?: ((setup: ThreadSetup) => Promise<EngineThread>) | undefined
  /** @default true where the runtime has it */
  readonly relaxedSimd?: boolean | undefined
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
  { read, threads = 1, startThread, relaxedSimd = true, module: given, maxWaitMs }: EngineOptions,
): Promise<Engine> {
  checkWeightBytes(plan.weightsEnd)
  const count = startThread ? threads : 1
  const isShared = count > 1
  const module = given ?? (await compileKernels({ isShared, relaxedSimd }))
  const memory = createMemory(isShared, plan)
  const kernels = new (webAssembly().Instance)(module, { env: { memory } }).exports as Kernels
  await loadParameters(plan, read, { kernels, reserve: (end) => reserveMemory(memory, end) })
  const threadPlan = { ...plan, parameters: [], constants: [] } // the weights are in memory
  const others = await startThreads(count - 1, (index) =>
    startThread!({ module, memory, plan: threadPlan, index: index + 1, count }),
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
    const job = jobOf(layout, memory, { size, split })
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
