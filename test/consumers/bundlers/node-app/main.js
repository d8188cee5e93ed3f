/** Prints the length of a vector, the backend, how many threads were started, and the codes of the warnings it gets. */

import { createEmbedder } from 'bert-embed'

const workers = []
process.on('worker', (worker) => workers.push(worker))
process.on('warning', ({ code }) => console.log(code))

createEmbedder({ model: process.argv[2], threads: 1 }).then(async (embedder) => {
  const vector = await embedder.embed('knight')
  console.log(vector.length, embedder.backend, workers.length)
})
