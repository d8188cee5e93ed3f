/** Compares published checkpoints in Node with sentence-transformers. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createEmbedder } from '../../src/create-embedder.node.js'
import type { Embedder } from '../../src/embedder/embedder-types.js'
import { largestDifference } from '../support/reference.js'
import { checkpoints, compare, devices, expectMeaning, fp32Tolerance, texts } from './recordings.js'

const cases = checkpoints.flatMap((checkpoint) => devices.map((device) => ({ ...checkpoint, ...device })))

for (const { name, directory, ids, recorded, device, boundsOf } of cases) {
  describe(`${name} on the device ${device}`, () => {
    let fp32: Embedder
    beforeAll(async () => {
      fp32 = await createEmbedder({ model: directory, device })
    })
    afterAll(() => fp32.dispose())

    test(`${name} has sentence-transformers' token ids`, () => {
      expect(texts.map((text) => Array.from(fp32.tokenize(text).inputIds.data))).toEqual(ids)
    })

    test(`${name} has sentence-transformers' vectors`, async () => {
      const vectors = await fp32.embed(recorded.map(({ text }) => text))
      for (const [index, { text, vector }] of recorded.entries())
        expect(largestDifference(vectors[index]!, vector), text).toBeLessThan(fp32Tolerance)
    })

    for (const ofDtype of boundsOf) {
      describe(`with dtype ${ofDtype.dtype}`, () => {
        let embedder: Embedder
        beforeAll(async () => {
          embedder = await createEmbedder({ model: directory, device, dtype: ofDtype.dtype, cache: false })
        })
        afterAll(() => embedder.dispose())

        test(`${name} with dtype ${ofDtype.dtype} is close to fp32`, async () => {
          const vectors = await embedder.embed(texts)
          expectMeaning(vectors, {
            fp32: await fp32.embed(texts),
            bounds: ofDtype,
            name: `${name} on ${device}`,
          })
        })

        test(`with dtype ${ofDtype.dtype} of ${name}, a text's vector does not depend on its batch`, async () => {
          const together = await embedder.embed(recorded.map(({ text }) => text))
          for (const [index, { text }] of recorded.entries()) {
            const alone = await embedder.embed(text)
            expect(largestDifference(alone, together[index]!), text).toBeLessThanOrEqual(ofDtype.alone)
          }
        })
      })
    }
  })
}

for (const { name, directory } of checkpoints)
  test(`${name} with dtype q8 has almost the same vectors on the engine as on onnxruntime-node`, async () => {
    const vectors = await Promise.all(
      devices.map(async ({ device }) => {
        const embedder = await createEmbedder({ model: directory, device, dtype: 'q8', cache: false })
        const all = await embedder.embed(texts)
        await embedder.dispose()
        return all
      }),
    )
    const { mean, min, minOdd } = compare(vectors[0]!, vectors[1]!)
    console.log(`${name}, q8 on both: mean cosine ${mean}, minimum ${min}, minimum of odd texts ${minOdd}`)
    expect(mean).toBeGreaterThanOrEqual(0.998)
  })
