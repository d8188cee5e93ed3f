/**
 * Several threads that run a plan together. The thread that owns the session tells the others what to run through shared
 * memory; they sleep in between.
 */

import { execute, type Job, type Kernels } from './execute.js'
import { layOutMemory, type MemoryLayout, type RunSize } from './memory-layout.js'
import type { Plan } from './plan.js'
import type { CompiledModule, Memory } from './web-assembly.js'

/** What a further thread needs, posted to it once. */
export interface ThreadSetup {
  readonly module: CompiledModule
  readonly memory: Memory
  readonly plan: Plan
  readonly index: number
  readonly count: number
}

/** Indices of the numbers at the start of the memory: int32. */
const control = {
  /** Number of the current run; -1 ends the threads. */
  run: 0,
  /** Number of threads that have reached the barrier, and number of barriers that were passed. */
  arrived: 1,
  passed: 2,
  /** 1 if a thread has failed. The others stop at the next barrier. */
  failed: 3,
  rowCount: 8,
  textCount: 9,
  longest: 10,
  splitsColumns: 11,
} as const

/**
 * Number of times that a waiting thread looks before it sleeps: some 20 microseconds. Waking up takes longer, and most
 * waits within a run are shorter.
 */
const spins = 20_000

/** A thread that does not arrive within this time has died: no step of a batch takes as long. */
const defaultMaxWaitMs = 60_000

export type Barrier = () => void

export function createBarrier(memory: Memory, count: number, maxWaitMs = defaultMaxWaitMs): Barrier {
  const numbers = new Int32Array(memory.buffer, 0, 16)
  function throwIfFailed(): void {
    if (Atomics.load(numbers, control.failed) === 1) throw new Error('Another thread has failed.')
  }
  return () => {
    const passed = Atomics.load(numbers, control.passed)
    // After `passed` was read: a thread that fails later changes it, which ends the wait.
    throwIfFailed()
    if (Atomics.add(numbers, control.arrived, 1) === count - 1) {
      Atomics.store(numbers, control.arrived, 0)
      Atomics.add(numbers, control.passed, 1)
      Atomics.notify(numbers, control.passed)
    } else {
      for (let spin = 0; spin < spins && Atomics.load(numbers, control.passed) === passed; spin++);
      // A thread may be woken too early: by the notification of the previous barrier, which it left before that was sent.
      while (Atomics.load(numbers, control.passed) === passed)
        if (Atomics.wait(numbers, control.passed, passed, maxWaitMs) === 'timed-out') fail(memory)
    }
    throwIfFailed()
  }
}

/** Lets all threads stop at their next barrier, for good. */
export function fail(memory: Memory): void {
  const numbers = new Int32Array(memory.buffer, 0, 16)
  Atomics.store(numbers, control.failed, 1)
  Atomics.add(numbers, control.passed, 1)
  Atomics.notify(numbers, control.passed)
}

/** Starts a run on all other threads. */
export function startRun(memory: Memory, size: RunSize, split: Job['split']): void {
  const numbers = new Int32Array(memory.buffer, 0, 16)
  numbers[control.rowCount] = size.rowCount
  numbers[control.textCount] = size.textCount
  numbers[control.longest] = size.longest
  numbers[control.splitsColumns] = Number(split === 'columns')
  Atomics.add(numbers, control.run, 1)
  Atomics.notify(numbers, control.run)
}

/** Ends all other threads. */
export function endThreads(memory: Memory): void {
  const numbers = new Int32Array(memory.buffer, 0, 16)
  Atomics.store(numbers, control.run, -1)
  Atomics.notify(numbers, control.run)
}

/** The life of a further thread: it computes its part of each run, until the session ends. */
export function serveRuns({ memory, plan, index, count }: ThreadSetup, kernels: Kernels): void {
  const numbers = new Int32Array(memory.buffer, 0, 16)
  const barrier = createBarrier(memory, count)
  for (let seen = 0; ; ) {
    while (Atomics.load(numbers, control.run) === seen) Atomics.wait(numbers, control.run, seen)
    seen = Atomics.load(numbers, control.run)
    if (seen === -1) return
    try {
      // Another thread may have grown the memory. V8 updates this thread's `memory.buffer` later, but with this call at once.
      memory.grow(0)
      const size = {
        rowCount: numbers[control.rowCount]!,
        textCount: numbers[control.textCount]!,
        longest: numbers[control.longest]!,
        threads: count,
      }
      const split = numbers[control.splitsColumns] === 1 ? 'columns' : 'rows'
      const job = jobOf(layOutMemory(plan, size), memory, { size, split })
      execute(plan, kernels, job, { index, count, barrier })
      barrier()
    } catch {
      fail(memory)
      return
    }
  }
}

/** A run as the threads know it. */
export function jobOf(
  layout: MemoryLayout,
  memory: Memory,
  { size, split }: { readonly size: RunSize; readonly split: Job['split'] },
): Job {
  return {
    ...layout,
    rowCount: size.rowCount,
    texts: new Int32Array(memory.buffer, layout.texts, 4 * size.textCount),
    split,
  }
}
