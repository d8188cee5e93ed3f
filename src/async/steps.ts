/** Long computations in steps, with or without yielding to the event loop between them. */

import { nextTask } from './next-task.js'

/** A computation that yields after each step, so that its caller can do something else before the next one. */
export type Steps<T = void> = Generator<undefined, T, undefined>

/** Runs all steps at once. */
export function runSteps<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
  }
}

/** Milliseconds of work before yielding to the event loop. */
const taskMs = 8

/** Runs all steps and yields to the event loop between them. */
export async function runStepsAsync<T>(steps: Steps<T>): Promise<T> {
  for (let start = performance.now(); ; ) {
    const { done, value } = steps.next()
    if (done) return value
    if (performance.now() - start < taskMs) continue
    await nextTask()
    start = performance.now()
  }
}
