/** Published checkpoints in a page, beside what Node makes of them. */

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

      test(`gives a page with dtype ${dtype} what it gives Node`, async () => {
        const embedder = await createEmbedder({ model: `/@fs${directory}`, backend, dtype, cache: false })
        const vectors = await embedder.embed(texts)
        await embedder.dispose()
        const { least } = compare(vectors, dtype === 'fp32' ? fp32 : await embedInNode(dtype))
        console.log(
          `${name}, ${dtype}: least cosine of a page's vector to Node's 1 - ${(1 - least).toExponential(1)}`,
        )
        expect.soft(least).toBeGreaterThanOrEqual(page)
        expectMeaning(vectors, { fp32, bounds: ofDtype, name: `${name} in a page` })
      })
    }
  })
}
