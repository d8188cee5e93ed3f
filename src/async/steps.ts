/** Steps of work, and the turns of the event loop between them. */

import { nextTask } from './next-task.js'

/** Work in steps, between which others may have their turn. */
export type Steps<T = void> = Generator<undefined, T, undefined>

/** Does all steps at once. */
export function runSteps<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
  }
}

/** Milliseconds of work before the event loop turns. */
const turnMs = 8

export async function runStepsInTurns<T>(steps: Steps<T>): Promise<T> {
  for (let start = performance.now(); ; ) {
    const { done, value } = steps.next()
    if (done) return value
    if (performance.now() - start < turnMs) continue
    await nextTask()
    start = performance.now()
  }
}
