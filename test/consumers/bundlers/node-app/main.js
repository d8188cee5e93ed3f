/** Prints how many threads its model runs on, and the codes of the warnings it gets. */

import { embed } from 'bert-embed'

const workers = []
process.on('worker', (worker) => workers.push(worker))
process.on('warning', ({ code }) => console.log(code))

embed('knight', { model: process.argv[2] }).then((vector) => console.log(vector.length, workers.length))
