/** `bert-embed search` over what `embed` wrote, and `similarity`. */

import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createEmbedder, quantizeEmbeddings, semanticSearch } from '../../src/index.node.js'
import { runCommand } from '../support/command.js'
import { checkpointPath, trainedCheckpoint } from '../support/fixtures.js'

const texts = [
  'The knight saddled his horse at dawn.',
  'Waves broke over the harbour wall all night.',
  'The fishing boats came home before the storm.',
  'Fry the onions slowly until they turn golden.',
  'Stir the soup and add a little salt.',
]
const query = 'ships in bad weather'
const directory = mkdtempSync(join(tmpdir(), 'bert-embed-search-'))
const run = (args: readonly string[], env?: NodeJS.ProcessEnv) => runCommand(args, { cwd: directory, env })

/** No model is named, so the index has to say it. */
const withoutModel = { BERT_EMBED_MODEL: undefined }
const search = async (index: string, ...flags: string[]) => {
  const args = ['search', '--index', index, '--json', '-k', '2', ...flags, query]
  const { stdout, stderr } = await run(args, withoutModel)
  expect(stderr).toBe('')
  return JSON.parse(stdout)
}

let vectors: Float32Array[]
let queryVector: Float32Array
beforeAll(async () => {
  await using embedder = await createEmbedder({ model: trainedCheckpoint })
  vectors = await embedder.embed(texts)
  queryVector = await embedder.embed(query)
  writeFileSync(
    join(directory, 'in.jsonl'),
    texts.map((text, id) => `${JSON.stringify({ id: id + 10, text })}\n`).join(''),
  )
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

/** Scores are computed from the same float32 values, so they are equal. */
const hitsOf = (hits: readonly { readonly index: number; readonly score: number }[]) =>
  hits.map(({ index, score }) => ({ index, score }))

describe.concurrent('search', () => {
  test.each(['jsonl', 'csv', 'npy', 'parquet'])(
    '%s gives the hits of semanticSearch, without a model named',
    async (format) => {
      const index = `index.${format}`
      await run(['embed', '-i', 'in.jsonl', '--keep', 'id', '-o', index])
      const { model, metric, hits } = await search(index)
      const expected = semanticSearch(queryVector, vectors, { topK: 2 })
      expect({ model: join(model, '.'), metric }).toEqual({
        model: join(trainedCheckpoint, '.'),
        metric: 'cosine',
      })
      expect(hitsOf(hits)).toEqual(expected)
      if (format !== 'npy') expect(hits[0]).toMatchObject({ text: texts[2] })
      if (format === 'jsonl' || format === 'parquet') expect(hits[0]).toMatchObject({ id: 12 })
    },
  )

  test.each([
    ['binary', 'npy'],
    ['ubinary', 'parquet'],
  ] as const)('%s vectors in .%s are searched by their bits', async (precision, format) => {
    const index = `${precision}.${format}`
    await run(['embed', '-i', 'in.jsonl', '--precision', precision, '-o', index])
    const bits = quantizeEmbeddings(vectors, { precision })
    expect(hitsOf((await search(index)).hits)).toEqual(
      semanticSearch(queryVector, bits, { topK: 2, precision }),
    )
  })

  test('the query has the options of the index, and its own prompt', async () => {
    const sentence = checkpointPath('sentence-transformers-new')
    const flags = ['-m', sentence, '--truncate-dim', '8', '--as', 'document']
    await run(['embed', '-i', 'in.jsonl', '-o', 'short.jsonl', ...flags])
    await using embedder = await createEmbedder({ model: sentence })
    const corpus = await embedder.embedDocuments(texts, { truncateDim: 8 })
    const short = await embedder.embedQuery(query, { truncateDim: 8 })
    expect(hitsOf((await search('short.jsonl')).hits)).toEqual(semanticSearch(short, corpus, { topK: 2 }))
  })

  test('words are one query, and a line has the score and the text', async () => {
    await run(['embed', '-i', 'in.jsonl', '-o', 'words.jsonl'])
    const { stdout } = await run(['search', '-x', 'words.jsonl', '-k', '1', ...query.split(' ')])
    const score = semanticSearch(queryVector, vectors, { topK: 1 })[0]!.score
    expect(stdout).toBe(` ${score.toFixed(4)}  ${texts[2]}\n`)
  })

  test.each([
    ['another model', ['-m', checkpointPath('sentence-transformers-new')]],
    ['another pooling', ['--pooling', 'cls']],
  ])('an index is refused with %s', async (_, flags) => {
    await run(['embed', '-i', 'in.jsonl', '-o', 'refused.jsonl'])
    const { code, stderr } = await run(['search', '-x', 'refused.jsonl', ...flags, query])
    expect(code).toBe(1)
    expect(stderr).toMatch(/^error WRONG_INDEX: refused\.jsonl was made with .*: leave .*\n$/)
  })

  test('an index that does not say its model needs --model', async () => {
    await run(['embed', '-i', 'in.jsonl', '-o', 'bare.jsonl'])
    renameSync(join(directory, 'bare.jsonl.meta.json'), join(directory, 'moved.json'))
    const { code, stderr } = await run(['search', '-x', 'bare.jsonl', query], withoutModel)
    expect(code).toBe(2)
    expect(stderr).toMatch(/^error USAGE: bare\.jsonl does not say which model made it: .*--model.*\n$/)
    expect((await search('bare.jsonl', '-m', trainedCheckpoint)).hits).toHaveLength(2)
    expect(JSON.parse(readFileSync(join(directory, 'moved.json'), 'utf8'))).toMatchObject({ version: 1 })
  })
})

describe.concurrent('similarity', () => {
  const [text, ...others] = [query, texts[3]!, texts[2]!] as const

  test('the most similar text comes first', async () => {
    const { code, stdout, stderr } = await run(['similarity', text, ...others])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^ 0\.\d{4} {2}The fishing boats .*\n( |-)0\.\d{4} {2}Fry the onions .*\n$/)
  })

  test('--json has the scores with the position of each text', async () => {
    const { stdout } = await run(['similarity', '--json', text, ...others])
    const { metric, scores } = JSON.parse(stdout)
    expect({ metric, order: scores.map(({ index }: { index: number }) => index) }).toEqual({
      metric: 'cosine',
      order: [1, 0],
    })
  })
})
