/** Compares published checkpoints in a page with the same checkpoints in Node. */

import { beforeAll, describe, expect, test } from 'vitest'
import { commands } from 'vitest/browser'
import { createEmbedder } from '../../src/create-embedder.web.js'
import type { Dtype } from '../../src/model/dtypes.js'
import { workerBackends } from '../browser/models.js'
import { decodeFloats } from '../support/reference.js'
import { checkpoints, compare, devices, expectMeaning, texts } from './recordings.js'

const backends = { cpu: workerBackends['onnxruntime-web'], wasm: workerBackends['the engine'] }
const cases = checkpoints.flatMap((checkpoint) => devices.map((device) => ({ ...checkpoint, ...device })))

for (const { name, directory, device, boundsOf } of cases) {
  const backend = backends[device]
  const embedInNode = async (dtype: Dtype) =>
    (await commands.embedInNode(directory, { dtype, device }, texts)).map(decodeFloats)

  describe(`${name} on ${backend.name}`, () => {
    let fp32: readonly Float32Array[]
    beforeAll(async () => {
      fp32 = await embedInNode('fp32')
    })

    for (const ofDtype of boundsOf) {
      const { dtype, page } = ofDtype

      test(`${name} with dtype ${dtype} has the same vectors in a page as in Node`, async () => {
        const embedder = await createEmbedder({ model: `/@fs${directory}`, backend, dtype, cache: false })
        const vectors = await embedder.embed(texts)
        await embedder.dispose()
        const { min } = compare(vectors, dtype === 'fp32' ? fp32 : await embedInNode(dtype))
        console.log(
          `${name} on ${backend.name}, ${dtype}: minimum cosine of a page's vector to Node's 1 - ${(1 - min).toExponential(1)}`,
        )
        expect.soft(min).toBeGreaterThanOrEqual(page)
        expectMeaning(vectors, { fp32, bounds: ofDtype, name: `${name} on ${backend.name} in a page` })
      })
    }
  })
}
