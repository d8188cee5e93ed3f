/**
 * How fast ONNX Runtime multiplies matrices on this machine, in each form that a dtype could have.
 *
 *     node bench/kernels.mjs [--rows 16,128,1024] [--sizes 768x768,768x3072,3072x768] [--threads 2] [--rounds 5]
 *
 * Prints GFLOP/s as a Markdown table, medians over rounds in which the forms take turns, and factors to fp32; the table
 * is kept in .results/kernels.md too.
 */

import { mkdirSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import ort from 'onnxruntime-node'
import { dataTypes, initializer, microsoft, model, node, valueInfo } from './compare/onnx-bytes.mjs'
import { median } from './compare/statistics.mjs'
import { createRandom } from './random.mjs'

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '16,128,1024' },
    sizes: { type: 'string', default: '768x768,768x3072,3072x768' },
    threads: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '5' },
  },
})
/** Of one form in one round. */
const milliseconds = 100

const random = createRandom(0)
/** Roughly normal, as weights are: few are near the ends. */
const draw = () => random() + random() + random() + random() - 2
const fill = (array, value) => {
  for (let i = 0; i < array.length; i++) array[i] = value()
  return array
}
const int8 = () => Math.max(-127, Math.min(127, Math.round(60 * draw())))

/** Each takes rows of float32, or of uint8 with a zero of 128, and gives rows of float32. */
const forms = {
  'fp32, Gemm': {
    nodes: [node('Gemm', ['x', 'w'], { output: 'y', attributes: { transB: 1 } })],
    initializers: ([from, to]) => [initializer('w', [to, from], fill(new Float32Array(from * to), draw))],
  },
  'int8, signed weights': integerForm(Int8Array, int8),
  'int8, unsigned weights': integerForm(Uint8Array, () => 128 + int8()),
  '8-bit blocks': blockForm(8),
  '4-bit blocks': blockForm(4),
}

function integerForm(Values, value) {
  const zeroPoint = Values === Uint8Array ? ['zero'] : []
  return {
    takes: Uint8Array,
    nodes: [
      node('MatMulIntegerToFloat', ['x', 'w', 'one', 'scales', 'zero', ...zeroPoint], {
        output: 'y',
        domain: microsoft,
      }),
    ],
    initializers: ([from, to]) => [
      initializer('w', [from, to], fill(new Values(from * to), value)),
      initializer('one', [], Float32Array.of(1)),
      initializer('scales', [to], new Float32Array(to).fill(0.01)),
      initializer('zero', [], Uint8Array.of(128)),
    ],
  }
}

/** Activations are quantised too, in the same blocks of 32. */
function blockForm(bits) {
  return {
    nodes: ([from, to]) => [
      node('MatMulNBits', ['x', 'w', 'scales'], {
        output: 'y',
        domain: microsoft,
        attributes: { K: from, N: to, bits, block_size: 32, accuracy_level: 4 },
      }),
    ],
    initializers: ([from, to]) => [
      initializer(
        'w',
        [to, from / 32, 4 * bits],
        fill(new Uint8Array((from * to * bits) / 8), () => 256 * random()),
      ),
      initializer('scales', [(to * from) / 32], new Float32Array((to * from) / 32).fill(0.01)),
    ],
  }
}

const names = Object.keys(forms)
const lines = [`| rows x from x to | ${names.join(' | ')} |`, `|---|${'---:|'.repeat(names.length)}`]
for (const size of values.sizes.split(',').map((one) => one.split('x').map(Number))) {
  const sessions = await Promise.all(Object.values(forms).map((form) => createSession(form, size)))
  for (const rows of values.rows.split(',').map(Number)) {
    const rates = await measure(sessions, rows, size)
    const cells = rates.map((rate, index) =>
      index === 0 ? rate.toFixed(0) : `${rate.toFixed(0)} (${(rate / rates[0]).toFixed(2)}x)`,
    )
    lines.push(`| ${[rows, ...size].join(' x ')} | ${cells.join(' | ')} |`)
  }
  for (const { session } of sessions) await session.release()
}
const table = `${lines.join('\n')}\n`
console.log(table)
const results = new URL('.results/', import.meta.url)
mkdirSync(results, { recursive: true })
writeFileSync(new URL('kernels.md', results), table)

async function createSession({ takes = Float32Array, nodes, initializers }, size) {
  const [from, to] = size
  const bytes = model({
    nodes: typeof nodes === 'function' ? nodes(size) : nodes,
    initializers: initializers(size),
    input: valueInfo('x', from, dataTypes[takes.name]),
    output: valueInfo('y', to),
  })
  const options = { intraOpNumThreads: Number(values.threads), logSeverityLevel: 3 }
  return { takes, session: await ort.InferenceSession.create(bytes, options) }
}

/** GFLOP/s of each session. */
async function measure(sessions, rows, [from, to]) {
  const rates = sessions.map(() => [])
  for (let round = 0; round < Number(values.rounds); round++)
    for (const [index, { takes, session }] of sessions.entries()) {
      const data = fill(new takes(rows * from), takes === Uint8Array ? () => 128 + int8() : draw)
      const x = new ort.Tensor(takes === Uint8Array ? 'uint8' : 'float32', data, [rows, from])
      await session.run({ x })
      const start = performance.now()
      let runs = 0
      for (; performance.now() - start < milliseconds; runs++) await session.run({ x })
      rates[index].push((2 * rows * from * to * runs) / (performance.now() - start) / 1e6)
    }
  return rates.map(median)
}
