import { expect, test } from 'vitest'
import { engineBackend } from '../../src/backends/engine/engine.web.js'
import { loadEmbedder } from '../../src/loading/load-embedder.js'
import { memorySource } from '../../src/sources/memory.js'
import { workerBackends } from './models.js'
import { createRandomCheckpoint } from './random-checkpoint.js'

const sentence = 'In a village of La Mancha, the name of which I have no desire to call to mind. '
const texts = Array.from({ length: 200 }, (_, i) => `${sentence.repeat((i * 7) % 6)}knight ${i}`)
const files = await createRandomCheckpoint()

test('embedding in the page blocks it, which the measurement of this file detects', async () => {
  const embedder = await loadEmbedder(memorySource(files), engineBackend({ worker: false }))
  expect(await longTasksMs(() => embedder.embed(texts))).not.toEqual([])
  await embedder.dispose()
})

test.each(Object.entries(workerBackends))(
  'embedding in a worker with %s leaves no task over 50 ms in the page',
  async (_, backend) => {
    const embedder = await loadEmbedder(memorySource(files), backend)
    // A task is also long if another program uses the processor meanwhile. One round without a long task is enough.
    const rounds: number[][] = []
    while (rounds.length < 5 && !rounds.some((tasks) => tasks.length === 0))
      rounds.push(await longTasksMs(() => embedder.embed(texts)))
    expect(rounds).toContainEqual([])
    await embedder.dispose()
  },
)

/** Returns the durations of the page's long tasks (over 50 ms) while `run` runs. */
async function longTasksMs(run: () => Promise<unknown>): Promise<number[]> {
  const tasks: number[] = []
  const observer = new PerformanceObserver((list) => {
    tasks.push(...list.getEntries().map(({ duration }) => duration))
  })
  observer.observe({ type: 'longtask' })
  await run()
  await new Promise((resolve) => setTimeout(resolve)) // a task is reported after it has ended
  tasks.push(...observer.takeRecords().map(({ duration }) => duration))
  observer.disconnect()
  return tasks
}
