/** Loads one system of ../systems by name, and measures it on request. */

import { readFile } from 'node:fs/promises'
import { answerRequests } from './answer-requests.mjs'
import { watchEventLoop } from './watch-event-loop.mjs'

/** Number of vectors that are returned, to check that all systems did the same work. */
const kept = 8

let embed

await answerRequests({
  async start({ directory, options, text }) {
    const start = performance.now()
    const { load } = await import(`../systems/${process.argv[2]}.mjs`)
    embed = await load(directory, options)
    const loadMs = performance.now() - start
    await embed([text])
    return { loadMs, firstVectorMs: performance.now() - start }
  },
  /** Embeds the first `count` texts of a file with a JSON list. */
  async embed({ file, count }) {
    const texts = JSON.parse(await readFile(file, 'utf8')).slice(0, count)
    const watch = watchEventLoop()
    const start = performance.now()
    const vectors = await embed(texts)
    const seconds = (performance.now() - start) / 1000
    const stallMs = await watch.stop()
    return { seconds, stallMs, vectors: vectors.slice(0, kept).map((vector) => Array.from(vector)) }
  },
  /** Embeds one text after the other. */
  async time({ texts }) {
    const milliseconds = []
    for (const text of texts) {
      const start = performance.now()
      await embed([text])
      milliseconds.push(performance.now() - start)
    }
    return { milliseconds }
  },
})
