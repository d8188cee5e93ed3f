/** Compares the engine with onnxruntime-node, for random models of all architectures and of many sizes. */

import { env } from 'node:process'
import { expect, test } from 'vitest'
import { engineInThread } from '../../src/backends/engine/engine-in-thread.js'
import { nodeBackend } from '../../src/backends/ort/ort.node.js'
import { encoderOutput, maxPooledOutput, pooledOutput } from '../../src/model/encoder-tensors.js'
import type { Tensor } from '../../src/tensor/tensor.js'
import {
  type ArchitectureName,
  architectureNames,
  configOf,
  randomBatch,
  randomOnnxModel,
  randomPlanModel,
} from '../support/engine-models.js'
import { createRandom } from '../support/random-model.js'
import { largestDifference } from '../support/reference.js'

/** Number of random models per architecture. Set FUZZ_MODELS and FUZZ_SEED for a longer run with other models. */
const models = Number(env.FUZZ_MODELS ?? 3)
const firstSeed = Number(env.FUZZ_SEED ?? 1)

/** Maximum difference of a value whose row has the size 1. */
const tolerance = 1e-5

const seeds = Array.from({ length: models }, (_, index) => firstSeed + index)
const cases = architectureNames.flatMap((name) => seeds.map((seed) => ({ name, seed })))

const minHidden = 20

/** A size that no tile divides, more often than not. */
function randomSize(random: () => number, name: ArchitectureName) {
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!
  const isRotary = name === 'modernbert' || name === 'nomic'
  const headSize = pick(isRotary ? [6, 10, 20, 32, 64] : [1, 5, 7, 8, 12, 20, 33, 64])
  // LayerNorm of a few values may divide by a tiny deviation, which makes rounding errors large.
  const minHeads = Math.ceil(minHidden / headSize)
  const heads = Math.max(minHeads, pick(headSize > 32 ? [1, 2, 4, 16] : [1, 2, 3, 12]))
  const hidden = headSize * heads
  const activation = pick(['gelu', 'gelu_new', 'relu', 'silu'])
  return { hidden, heads, inner: pick([1, 7, 20, 72, 3 * hidden, 312]), layers: pick([1, 2, 3]), activation }
}

function randomLengths(random: () => number): readonly number[] {
  const longest = [3, 12, 40, 100, 300][Math.floor(random() * 5)]!
  const texts = 1 + Math.floor(random() * 5)
  return Array.from({ length: texts }, () => 1 + Math.floor(random() * longest))
}

test.each(cases)(
  "the engine's values are onnxruntime-node's for $name with the random sizes of seed $seed",
  async ({ name, seed }) => {
    const random = createRandom(seed * 7919 + architectureNames.indexOf(name))
    const config = configOf[name](randomSize(random, name))
    const [plan, onnx] = [await randomPlanModel(config, { seed }), await randomOnnxModel(config, { seed })]
    const sessions = [
      await engineInThread().createPlanSession(plan),
      await nodeBackend({ worker: false }).createSession(onnx),
    ] as const
    for (const paddingSide of ['right', 'left', 'right'] as const) {
      const lengths = randomLengths(random)
      const inputs = randomBatch(lengths, { seed: Math.floor(random() * 1e6), paddingSide })
      const what = JSON.stringify({ config, lengths, paddingSide })
      const mask = inputs.attention_mask!
      for (const output of [encoderOutput, pooledOutput, maxPooledOutput]) {
        const values = await Promise.all(
          sessions.map(async (session) =>
            withoutPadding((await session.run(inputs, [output]))[output]!, mask),
          ),
        )
        const size = values[1]!.reduce((max, value) => Math.max(max, Math.abs(value)), 1)
        expect(largestDifference(values[0]!, values[1]!) / size, `${output} of ${what}`).toBeLessThan(
          tolerance,
        )
      }
    }
    for (const session of sessions) await session.dispose()
  },
)

/** The values of the tokens that are not padding, or all values of an output that has no tokens. */
function withoutPadding({ data, shape }: Tensor, mask: Tensor): Float32Array {
  const values = data as Float32Array
  const width = shape.at(-1)!
  if (values.length !== mask.data.length * width) return values
  return values.filter((_, index) => mask.data[Math.floor(index / width)] === 1)
}
