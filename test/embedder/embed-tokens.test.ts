/** Texts that are token ids already. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createEmbedder } from '../../src/create-embedder.node.js'
import type { Embedder, EmbedProgress } from '../../src/embedder/embedder-types.js'
import { smallCheckpoint } from '../support/fixtures.js'

const texts = ['knight', 'A squire followed his master along the road.', 'knight']

describe('embedTokens', () => {
  let embedder: Embedder
  beforeAll(async () => {
    embedder = await createEmbedder({ model: smallCheckpoint, device: 'wasm' })
  })
  afterAll(() => embedder.dispose())

  const idsOf = (text: string) => embedder.tokenizer.encode(text).ids

  test.each([
    [{}],
    [{ normalize: true, truncateDim: 8 }],
    [{ pooling: 'cls', precision: 'binary' }],
  ] as const)('gives the vectors of the texts that the ids belong to, with %j', async (options) => {
    const lists = [idsOf(texts[0]!), Array.from(idsOf(texts[1]!)), idsOf(texts[2]!)]
    expect(await embedder.embedTokens(lists, options)).toEqual(await embedder.embed(texts, options))
  })

  test('takes ids as they are, without adding special tokens', async () => {
    const bare = embedder.tokenizer.encode('knight', { addSpecialTokens: false }).ids
    const [vector] = await embedder.embedTokens([bare])
    expect(vector).not.toEqual(await embedder.embed('knight'))
  })

  test('reports the number of ids as tokens', async () => {
    const reports: EmbedProgress[] = []
    await embedder.embedTokens([idsOf('knight'), idsOf('sea')], {
      onProgress: (report) => reports.push(report),
    })
    const tokensTotal = idsOf('knight').length + idsOf('sea').length
    expect(reports.at(-1)).toMatchObject({
      textsDone: 2,
      textsTotal: 2,
      tokensDone: tokensTotal,
      tokensTotal,
    })
  })

  test('returns no vectors for no lists', async () => {
    expect(await embedder.embedTokens([])).toEqual([])
  })

  test.each([
    ['a text', 'INVALID_TEXT', 'knight'],
    ['a list of texts', 'INVALID_TEXT', ['knight']],
    ['a list without ids', 'INVALID_TEXT', [[]]],
    ['an array with a hole', 'INVALID_TEXT', new Array(1)],
    ['an id that is not in the vocabulary', 'INVALID_TEXT', [[1, 1_000_000]]],
    ['a negative id', 'INVALID_TEXT', [Int32Array.of(-1)]],
    ['an id with a fraction', 'INVALID_TEXT', [[1.5]]],
    ['more ids than the model has positions', 'TEXT_TOO_LONG', [new Int32Array(10_000)]],
  ])('refuses %s with %s', async (_, code, lists) => {
    await expect(embedder.embedTokens(lists as number[][])).rejects.toMatchObject({ code })
  })

  test('refuses the options of texts', async () => {
    const options = { prompt: 'query: ' } as object
    await expect(embedder.embedTokens([[1]], options)).rejects.toMatchObject({ code: 'INVALID_OPTION' })
  })
})
