/**
 * Compares `bert-embed serve` under load with the library in process and with sentence-transformers behind FastAPI.
 *
 * node server.mjs MODEL [--rounds 5] [--corpus short] [--python python3] [-- FLAGS OF bert-embed serve]
 */

import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { createEmbedder } from 'bert-embed'
import { createCorpora } from './compare/corpora.mjs'
import { median, percentile } from './compare/statistics.mjs'
import { startSystems } from './server/systems.mjs'

/** Connections, and requests of each round. */
const loads = [
  { connections: 1, requests: 100 },
  { connections: 8, requests: 400 },
  { connections: 64, requests: 1280 },
]

/** Another batch shape or another library changes the last bits of a vector. Another text changes the first digits. */
const tolerance = 1e-5

const own = process.argv.slice(2)
const separator = own.includes('--') ? own.indexOf('--') : own.length
const { values, positionals } = parseArgs({
  args: own.slice(0, separator),
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    corpus: { type: 'string', default: 'short' },
    python: { type: 'string', default: process.env.PYTHON ?? 'python3' },
  },
})
const [model] = positionals
const flags = own.slice(separator + 1)

const embedder = await createEmbedder({ model })
const maxRequests = Math.max(...loads.map(({ requests }) => requests))
const texts = createCorpora(model).draw(values.corpus, maxRequests)
const expected = await embedder.embed(texts, { normalize: true })
const systems = await startSystems({ embedder, model, python: values.python, flags })

const results = new Map()
for (const { ask } of systems) await ask(texts.slice(0, 100), { connections: 8 })
for (let round = 0; round < Number(values.rounds); round++) {
  for (const { connections, requests } of loads)
    for (const [place] of systems.entries()) {
      const { name, ask, cpuMs } = systems[(place + round) % systems.length]
      const part = texts.slice(0, requests)
      const cpuBefore = cpuMs()
      const { seconds, milliseconds, vectors, failed } = await ask(part, { connections })
      const cpu = (cpuMs() - cpuBefore) / requests
      const answered = vectors.filter((vector) => vector !== undefined).length
      const mixed = vectors.filter((vector, index) => vector && !isEqual(vector, expected[index])).length
      const key = `${name} | ${connections}`
      const rounds = results.get(key) ?? []
      results.set(key, rounds)
      rounds.push({
        rate: requests / seconds,
        cpu,
        p50: percentile(milliseconds, 50),
        p99: percentile(milliseconds, 99),
        lost: Math.max(failed, requests - answered),
        mixed,
        requests,
      })
      console.error(`round ${round} ${key}: ${(requests / seconds).toFixed(0)} requests/s`)
    }
}

console.log(
  `\n${model}, ${values.corpus} texts, ${cpus().length} x ${cpus()[0].model}, Node ${process.version}\n`,
)
console.log('| connections | system | requests/s | p50 ms | p99 ms | CPU ms a request | lost | mixed up |')
console.log('|---|---|---|---|---|---|---|---|')
for (const { connections } of loads)
  for (const { name } of systems) {
    const rounds = results.get(`${name} | ${connections}`)
    const middle = (field) => median(rounds.map((round) => round[field]))
    const sum = (field) => rounds.reduce((total, round) => total + round[field], 0)
    console.log(
      `| ${connections} | ${name} | ${middle('rate').toFixed(0)} | ${middle('p50').toFixed(1)} | ` +
        `${middle('p99').toFixed(1)} | ${middle('cpu').toFixed(1)} | ${sum('lost')} of ${sum('requests')} | ${sum('mixed')} |`,
    )
  }
const [, serve, other] = systems
const factors = loads.map(({ connections }) => {
  const rates = ({ name }) => results.get(`${name} | ${connections}`).map(({ rate }) => rate)
  const within = rates(serve).map((rate, round) => rate / rates(other)[round])
  return `${median(within).toFixed(1)} with ${connections}`
})
console.log(
  `\n${serve.name} / ${other.name}, requests/s, median of the rounds: ${factors.join(', ')} connections`,
)
for (const { name, peakMb } of systems.slice(1))
  console.log(`peak memory of ${name}: ${peakMb().toFixed(0)} MB`)

for (const { stop } of systems) await stop()
await embedder.dispose()

function isEqual(vector, reference) {
  return (
    vector.length === reference.length &&
    vector.every((value, index) => Math.abs(value - reference[index]) < tolerance)
  )
}
