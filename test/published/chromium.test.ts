/** Compares published checkpoints in a page with the same checkpoints in Node. */

import { beforeAll, describe, expect, test } from 'vitest'
import { commands } from 'vitest/browser'
import { webBackend } from '../../src/backends/ort/ort.web.js'
import { createEmbedder } from '../../src/create-embedder.web.js'
import type { Dtype } from '../../src/loading/load-options.js'
import { startWorker } from '../browser/models.js'
import { decodeFloats } from '../support/reference.js'
import { bounds, checkpoints, compare, expectMeaning, texts } from './recordings.js'

const backend = webBackend({ worker: startWorker })

for (const { name, directory } of checkpoints) {
  const embedInNode = async (dtype: Dtype) =>
    (await commands.embedInNode(directory, dtype, texts)).map(decodeFloats)

  describe(name, () => {
    let fp32: readonly Float32Array[]
    beforeAll(async () => {
      fp32 = await embedInNode('fp32')
    })

    for (const ofDtype of bounds) {
      const { dtype, page } = ofDtype

      test(`${name} with dtype ${dtype} has the same vectors in a page as in Node`, async () => {
        const embedder = await createEmbedder({ model: `/@fs${directory}`, backend, dtype, cache: false })
        const vectors = await embedder.embed(texts)
        await embedder.dispose()
        const { min } = compare(vectors, dtype === 'fp32' ? fp32 : await embedInNode(dtype))
        console.log(
          `${name}, ${dtype}: minimum cosine of a page's vector to Node's 1 - ${(1 - min).toExponential(1)}`,
        )
        expect.soft(min).toBeGreaterThanOrEqual(page)
        expectMeaning(vectors, { fp32, bounds: ofDtype, name: `${name} in a page` })
      })
    }
  })
}
