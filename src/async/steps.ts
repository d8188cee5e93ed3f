/** Steps of work, and the turns of the event loop between them. */

import type { Steps } from '../text/models/tokenizer-model.js'
import { nextTask } from './next-task.js'

/** Milliseconds of work before the event loop turns. */
const turnMs = 8

export async function inTurns<T>(steps: Steps<T>): Promise<T> {
  for (let start = performance.now(); ; ) {
    const { done, value } = steps.next()
    if (done) return value
    if (performance.now() - start < turnMs) continue
    await nextTask()
    start = performance.now()
  }
}
