/** The command line of the comparison. */

import { resolve } from 'node:path'
import { env } from 'node:process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

/** Number of texts of each kind. The work is similar for both shapes, and takes a few minutes in total on two cores. */
const shapes = [
  {
    name: 'minilm',
    shape: 'all-MiniLM-L6-v2',
    counts: { short: 512, mixed: 256, long: 16 },
    growth: [100, 1000, 10_000],
  },
  { name: 'bert-base', shape: 'bert-base-cased', counts: { short: 128, mixed: 32 } },
]
const kinds = ['short', 'mixed', 'long', 'growth']
/** Memory limit of a process that gets all texts in one call. */
const defaultMemoryLimitMb = 12_000

export function readOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      shapes: { type: 'string', default: shapes.map(({ name }) => name).join(',') },
      corpora: { type: 'string', default: kinds.join(',') },
      only: { type: 'string', default: '' },
      texts: { type: 'string' },
      rounds: { type: 'string' },
      threads: { type: 'string', default: '2' },
      python: { type: 'string', default: env.PYTHON ?? 'python3' },
      'memory-limit-mb': { type: 'string', default: `${defaultMemoryLimitMb}` },
      checkpoints: { type: 'string', default: pathOf('../.checkpoints') },
      output: { type: 'string', default: pathOf('../.results') },
      add: { type: 'boolean', default: false },
    },
  })
  const { quick } = values
  const countOf = (count) =>
    values.texts ? whole('texts', values.texts) : quick ? Math.ceil(count / 4) : count
  return {
    shapes: choose('shapes', values.shapes, shapes).map(({ counts, growth, ...shape }) => ({
      ...shape,
      counts: Object.fromEntries(Object.entries(counts).map(([kind, count]) => [kind, countOf(count)])),
      growth: growth?.filter((count) => !quick || count <= 1000),
    })),
    corpora: choose('corpora', values.corpora, kinds),
    only: values.only.split(',').filter(Boolean),
    rounds: values.rounds ? whole('rounds', values.rounds) : quick ? 1 : 3,
    /** Number of single texts, enough for a 99th percentile. */
    latencyCalls: quick ? 50 : 200,
    threads: whole('threads', values.threads),
    python: values.python,
    memoryLimitMb: whole('memory-limit-mb', values['memory-limit-mb']),
    checkpoints: resolve(values.checkpoints),
    output: resolve(values.output),
    add: values.add,
  }
}

function choose(option, names, all) {
  const nameOf = (one) => one.name ?? one
  return names.split(',').map((name) => {
    const found = all.find((one) => nameOf(one) === name)
    if (found === undefined) fail(`--${option} ${name}: there is ${all.map(nameOf).join(', ')}.`)
    return found
  })
}

function whole(option, value) {
  if (!/^[1-9]\d*$/.test(value)) fail(`--${option} ${value}: not a whole number above 0.`)
  return Number(value)
}

function fail(message) {
  console.error(message)
  process.exit(2)
}

function pathOf(relative) {
  return fileURLToPath(new URL(relative, import.meta.url))
}
