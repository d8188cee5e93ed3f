/**
 * What applications do besides the first vector: 8-bit weights, a model of the Hub, then without a network, and an
 * embedder in a worker of the application. Arguments: the endpoint of the Hub, and an empty folder for its cache.
 */

import process from 'node:process'
import { Worker as NodeWorker } from 'node:worker_threads'
import { createEmbedder } from 'bert-embed'

const texts = ['The knight saddled his horse at dawn.', 'windmill']
const [endpoint, cacheDir] = process.argv.slice(2)
const warnings = []
process.on('warning', ({ code, message }) => warnings.push(code ?? message))

const toLists = (vectors) => vectors.map((vector) => [...vector])

async function embed(options) {
  const embedder = await createEmbedder({ cacheDir, ...options })
  const vectors = toLists(await embedder.embed(texts))
  await embedder.dispose()
  return vectors
}

/** The number of timers that fire while one batch runs. None would, if it ran in this thread. */
async function countTimers() {
  const embedder = await createEmbedder({ model: './model', threads: 1, maxBatchTokens: 8192 })
  const ids = Array.from({ length: 512 }, (_, index) => 5 + index)
  let timers = 0
  const timer = setInterval(() => timers++, 0)
  await embedder.embedTokens(Array.from({ length: 4 }, (_, text) => ids.with(0, 600 + text)))
  clearInterval(timer)
  await embedder.dispose()
  return timers
}

/** A worker of the application: a Web Worker where there is one, and a worker thread in Node. */
function embedInWorker() {
  const file = new URL('./worker.js', import.meta.url)
  return new Promise((resolve, reject) => {
    if (globalThis.Worker === undefined) {
      const worker = new NodeWorker(file)
      worker.once('message', resolve).once('error', reject)
    } else {
      const worker = new Worker(file, { type: 'module' })
      worker.onmessage = ({ data }) => {
        worker.terminate()
        resolve(data)
      }
      worker.onerror = (event) => reject(event.error ?? new Error(event.message))
    }
  })
}

const hub = { model: 'owner/small', endpoint }
const report = {
  q8: await embed({ model: './model', dtype: 'q8' }),
  q8Again: await embed({ model: './model', dtype: 'q8' }),
  downloaded: await embed({ ...hub, offline: false }),
  offline: await embed({ ...hub, offline: true }),
  inWorker: await embedInWorker(),
  timers: await countTimers(),
  warnings,
}
console.log(JSON.stringify(report))
