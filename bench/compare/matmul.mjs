/** Measures this machine's rate of matrix multiplication at a model's sizes, on request. */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { answerRequests } from './answer-requests.mjs'
import { matmulFlops, matmulModel } from './matmul-model.mjs'

/** Tokens per run. Neither 512 nor 2,048 were faster. */
const rows = 1024

let measure

await answerRequests({
  async start({ directory, options: { threads } }) {
    const { InferenceSession, Tensor } = await import('onnxruntime-node').then(
      (module) => module.default ?? module,
    )
    const config = JSON.parse(await readFile(join(directory, 'config.json'), 'utf8'))
    const session = await InferenceSession.create(matmulModel(config), {
      intraOpNumThreads: threads,
      logSeverityLevel: 3,
    })
    const shape = [rows, config.hidden_size]
    const values = Float32Array.from({ length: shape[0] * shape[1] }, () => Math.random() - 0.5)
    const x = new Tensor('float32', values, shape)
    measure = async (seconds) => {
      const start = performance.now()
      const end = start + 1000 * seconds
      let flops = 0
      for (; performance.now() < end; flops += matmulFlops(config, rows)) await session.run({ x })
      return flops / ((performance.now() - start) / 1000)
    }
    await measure(0.5)
    return {}
  },
  measure: async ({ seconds }) => ({ flopsPerSecond: await measure(seconds) }),
})
