/**
 * Measures how fast ONNX Runtime multiplies matrices on this machine, with each form of weights that a dtype could use.
 *
 *     node bench/kernels.mjs [--rows 16,128,512] [--sizes 768x768,768x3072,3072x768] [--threads 2] [--rounds 5]
 *
 * Prints a Markdown table with GFLOP/s (medians over interleaved rounds) and factors to fp32, and writes it to
 * .results/kernels.md. A run multiplies by several matrices, like the layers of a model.
 */

import { mkdirSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import ort from 'onnxruntime-node'
import {
  dataTypes,
  firstRow,
  firstRowIndex,
  initializer,
  microsoft,
  model,
  node,
  valueInfo,
} from './compare/onnx-bytes.mjs'
import { median } from './compare/statistics.mjs'
import { createRandom } from './random.mjs'

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '16,128,512' },
    sizes: { type: 'string', default: '384x384,384x1536,1536x384,768x768,768x3072,3072x768' },
    threads: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '5' },
  },
})
/** Duration of one form in one round. */
const milliseconds = 100
/** Number of matrices of one size. Several keep the overhead of a run small, and exceed the caches like a model. */
const layers = 8

const random = createRandom(0)
/** Roughly normal values, like weights: few are near the limits. */
const draw = () => random() + random() + random() + random() - 2
const fill = (array, value) => {
  for (let i = 0; i < array.length; i++) array[i] = value()
  return array
}
const int8 = () => Math.max(-127, Math.min(127, Math.round(60 * draw())))

/**
 * The forms of weights. Each multiplies rows of float32, or of uint8 with a zero point of 128, and returns rows of float32.
 * `multiply` returns the node for weights of a name, `weights` the values of that name, and `shared` values for all layers.
 */
const forms = {
  'fp32, Gemm': {
    multiply: (weight, output) => node('Gemm', ['x', weight], { output, attributes: { transB: 1 } }),
    weights: (name, [from, to]) => [initializer(name, [to, from], fill(new Float32Array(from * to), draw))],
  },
  'int8, signed weights': integerForm(Int8Array, int8),
  'int8, unsigned weights': integerForm(Uint8Array, () => 128 + int8()),
  '8-bit blocks of 32': blockForm(8, 32),
  '8-bit blocks of 128': blockForm(8, 128),
  '4-bit blocks of 32': blockForm(4, 32),
}

function integerForm(Values, value) {
  const zeroPoint = Values === Uint8Array ? ['zero'] : []
  return {
    takes: Uint8Array,
    multiply: (weight, output) =>
      node('MatMulIntegerToFloat', ['x', weight, 'one', 'scales', 'zero', ...zeroPoint], {
        output,
        domain: microsoft,
      }),
    weights: (name, [from, to]) => [initializer(name, [from, to], fill(new Values(from * to), value))],
    shared: ([, to]) => [
      initializer('one', [], Float32Array.of(1)),
      initializer('scales', [to], new Float32Array(to).fill(0.01)),
      initializer('zero', [], Uint8Array.of(128)),
    ],
  }
}

/** Weights in blocks. Activations are quantised too, in blocks of the same size. */
function blockForm(bits, blockSize) {
  return {
    multiply: (weight, output, [from, to]) =>
      node('MatMulNBits', ['x', weight, 'scales'], {
        output,
        domain: microsoft,
        attributes: { K: from, N: to, bits, block_size: blockSize, accuracy_level: 4 },
      }),
    weights: (name, [from, to]) => [
      initializer(
        name,
        [to, from / blockSize, (blockSize * bits) / 8],
        fill(new Uint8Array((from * to * bits) / 8), () => 256 * random()),
      ),
    ],
    shared: ([from, to]) => [
      initializer('scales', [(to * from) / blockSize], new Float32Array((to * from) / blockSize).fill(0.01)),
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

async function createSession({ takes = Float32Array, multiply, weights, shared = () => [] }, size) {
  const numbers = Array.from({ length: layers }, (_, index) => index)
  const bytes = model({
    nodes: [
      ...numbers.flatMap((index) => [
        multiply(`weights${index}`, `product${index}`, size),
        firstRow(`product${index}`, `row${index}`),
      ]),
      node(
        'Sum',
        numbers.map((index) => `row${index}`),
        { output: 'y' },
      ),
    ],
    initializers: [
      ...numbers.flatMap((index) => weights(`weights${index}`, size)),
      ...shared(size),
      firstRowIndex,
    ],
    input: valueInfo('x', ['rows', size[0]], dataTypes[takes.name]),
    output: valueInfo('y', [1, size[1]]),
  })
  const options = { intraOpNumThreads: Number(values.threads), logSeverityLevel: 3 }
  return { takes, session: await ort.InferenceSession.create(bytes, options) }
}

/** Measures the GFLOP/s of each session. */
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
      rates[index].push((2 * rows * from * to * layers * runs) / (performance.now() - start) / 1e6)
    }
  return rates.map(median)
}
