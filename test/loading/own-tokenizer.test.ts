/** Models that are loaded with the caller's tokenizer. */

import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers'
import { afterAll, describe, expect, test } from 'vitest'
import { nodeBackend } from '../../src/backends/ort/ort.node.js'
import { createEmbedder, disposeEmbedders, embed } from '../../src/create-embedder.node.js'
import { loadEmbedder } from '../../src/loading/load-embedder.js'
import { memorySource } from '../../src/sources/memory.js'
import type { ModelSource } from '../../src/sources/model-source.js'
import { createTokenizer } from '../../src/text/create-tokenizer.js'
import type { Encoding } from '../../src/text/encoding.js'
import type { Tokenizer } from '../../src/text/tokenizer.js'
import { wrapTokenizer } from '../../src/text/wrap-tokenizer.js'
import { checkpointPath, readFiles, readJson } from '../support/fixtures.js'
import { japaneseTokenizer, japaneseVocab } from '../text/japanese.js'

afterAll(() => disposeEmbedders())

const backend = nodeBackend()
const tokenizerFiles = /tokenizer|vocab/

/** The files of a checkpoint without the tokenizer's. */
function withoutTokenizer(name: string) {
  const files = Object.entries(readFiles(name)).filter(([path]) => !tokenizerFiles.test(path))
  return Object.fromEntries(files)
}

/** Records the files that are opened. */
function watch(source: ModelSource): { readonly source: ModelSource; readonly opened: string[] } {
  const opened: string[] = []
  const open: ModelSource['open'] = (path, options) => {
    opened.push(path)
    return source.open(path, options)
  }
  return { source: { ...source, open }, opened }
}

const texts = [
  'The knight saddled his horse at dawn.',
  '',
  'knight '.repeat(300),
  'A squire followed his master. '.repeat(40),
]

describe.each([
  'bert-small-untrained',
  'roberta-untrained',
  'xlm-roberta-untrained',
  'sentence-transformers-new',
])('the checkpoint %s', (name) => {
  const tokenizerJson = readJson<object>(name, 'tokenizer.json')
  const tokenizerConfig = readJson<{ model_max_length: number }>(name, 'tokenizer_config.json')
  const wrapped = wrapTokenizer(new HuggingFaceTokenizer(tokenizerJson, tokenizerConfig), {
    maxLength: tokenizerConfig.model_max_length,
  })

  test.each([
    ['created from its files', createTokenizer({ tokenizerJson, tokenizerConfig })],
    ['wrapped', wrapped],
  ])('a model gives the same vectors with a tokenizer that is %s', async (_, tokenizer) => {
    const expected = await loadEmbedder(memorySource(readFiles(name)), backend)
    const actual = await loadEmbedder(memorySource(withoutTokenizer(name)), backend, { tokenizer })
    expect(actual.maxLength).toBe(expected.maxLength)
    for (const options of [
      {},
      { overflow: 'windows' },
      { overflow: 'windows', maxLength: 16, windowOverlap: 3, prompt: 'query: ' },
      { maxLength: 8, pooling: ['cls', 'max'] },
    ] as const)
      expect(await actual.embed(texts, options)).toEqual(await expected.embed(texts, options))
    expect(await actual.embedQuery('knight')).toEqual(await expected.embedQuery('knight'))
    expect(actual.tokenize(texts, { padding: 'max_length' })).toEqual(
      expected.tokenize(texts, { padding: 'max_length' }),
    )
    expect(await actual.forward(texts.slice(0, 2))).toEqual(await expected.forward(texts.slice(0, 2)))
    await Promise.all([expected.dispose(), actual.dispose()])
  })
})

describe("a tokenizer of the caller's", () => {
  const vocab = new TextDecoder().decode(readFiles('tiny-vocab-only')['vocab.txt'])
  const tokenizer = createTokenizer({ vocab })
  const load = (custom: Tokenizer, files = withoutTokenizer('tiny-vocab-only')) =>
    loadEmbedder(memorySource(files), backend, { tokenizer: custom })

  test("a caller's tokenizer replaces the model's, whose files are not read", async () => {
    const { source, opened } = watch(memorySource(readFiles('tiny-vocab-only')))
    const embedder = await loadEmbedder(source, backend, { tokenizer })
    await embedder.dispose()
    expect(opened).toContain('config.json')
    expect(opened.filter((path) => tokenizerFiles.test(path))).toEqual([])
  })

  test('createEmbedder and embed take a tokenizer, and embed loads another model for it', async () => {
    const model = checkpointPath('tiny-vocab-only')
    const reversed: Tokenizer = {
      ...tokenizer,
      encode: (text, options) => tokenizer.encode([...text].reverse().join(''), options),
    }
    const embedder = await createEmbedder({ model, tokenizer: reversed })
    const forwards = await embed('was', { model })
    const backwards = await embed('was', { model, tokenizer: reversed })
    expect(backwards).toEqual(await embed('saw', { model }))
    expect(backwards).not.toEqual(forwards)
    expect(await embedder.embed('was')).toEqual(backwards)
    await embedder.dispose()
  })

  test("a caller's tokenizer can split Japanese for a model without tokenizer.json", async () => {
    const files = withoutTokenizer('tiny-vocab-only')
    const config = { ...readJson<object>('tiny-vocab-only', 'config.json') }
    const embedder = await load(japaneseTokenizer(), {
      ...files,
      'config.json': Buffer.from(JSON.stringify(config)),
    })
    const { tokens, inputIds } = embedder.tokenize('騎士は馬に乗った。')
    expect(tokens).toEqual([['[CLS]', '騎士', 'は', '馬', 'に', '乗', 'っ', 'た', '。', '[SEP]']])
    expect([...inputIds.data]).toEqual(tokens[0]!.map((token) => japaneseVocab.indexOf(token)))
    expect(embedder.tokenize('宿屋').tokens).toEqual([['[CLS]', '宿', '##屋', '[SEP]']])
    const long = '騎士は馬に乗った。'.repeat(40)
    expect(await embedder.embed([long, '村'], { overflow: 'windows', maxLength: 12 })).toHaveLength(2)
    await embedder.dispose()
  })

  test('a tokenizer gets long texts in pieces only if encodesPieces is true', async () => {
    const asked: number[] = []
    const counting = (encodesPieces: boolean | undefined): Tokenizer => ({
      ...tokenizer,
      encodesPieces,
      encode(text, options) {
        asked.push(text.length)
        return tokenizer.encode(text, options)
      },
    })
    const text = 'the knight was here. '.repeat(2000)
    const vectors: Float32Array[] = []
    for (const [encodesPieces, isWhole] of [
      [true, false],
      [false, true],
      [undefined, true],
    ] as const) {
      const embedder = await load(counting(encodesPieces))
      asked.length = 0
      vectors.push(await embedder.embed(text, { overflow: 'windows' }))
      expect(asked.includes(text.length), String(encodesPieces)).toBe(isWhole)
      await embedder.dispose()
    }
    expect(vectors[1]).toEqual(vectors[0])
    expect(vectors[2]).toEqual(vectors[0])
  })

  test("a tokenizer gets lowercased texts if the model's files say so", async () => {
    const name = 'sentence-transformers-new'
    const custom = createTokenizer({
      tokenizerJson: readJson(name, 'tokenizer.json'),
      tokenizerConfig: { tokenizer_class: 'PreTrainedTokenizerFast' },
    })
    const settings = (doLowerCase: boolean) => ({
      ...withoutTokenizer(name),
      'sentence_bert_config.json': Buffer.from(JSON.stringify({ do_lower_case: doLowerCase })),
    })
    const given: string[] = []
    const watched: Tokenizer = {
      ...custom,
      encode(text, options) {
        given.push(text)
        return custom.encode(text, options)
      },
    }
    for (const doLowerCase of [true, false]) {
      const embedder = await load(watched, settings(doLowerCase))
      embedder.tokenize('Knight')
      expect(given.at(-1)).toBe(doLowerCase ? 'knight' : 'Knight')
      await embedder.dispose()
    }
  })

  test('a maxLength of 1e30 means no limit', async () => {
    const embedder = await load({ ...tokenizer, maxLength: 1e30 })
    expect(embedder.maxLength).toBe(64)
    await embedder.dispose()
  })

  test('a tokenizer with more ids than the model is refused', async () => {
    await expect(load({ ...tokenizer, vocabSize: 210 })).rejects.toMatchObject({ code: 'INVALID_TOKENIZER' })
  })

  test('a padding token of a type that the model does not have is refused', async () => {
    await expect(
      load({ ...tokenizer, padToken: { ...tokenizer.padToken, typeId: 2 } }),
    ).rejects.toMatchObject({
      code: 'INVALID_TOKENIZER',
    })
  })

  test('a text without tokens has the vector 0, alone and in a batch', async () => {
    const bare: Tokenizer = {
      ...tokenizer,
      countSpecialTokens: () => 0,
      encode: (text, options) => tokenizer.encode(text, { ...options, addSpecialTokens: false }),
    }
    const embedder = await load(bare)
    const zero = new Float32Array(embedder.dimension)
    for (const overflow of ['truncate', 'windows', 'error'] as const) {
      expect(await embedder.embed('', { pooling: 'mean', overflow })).toEqual(zero)
      expect((await embedder.embed(['the knight', ' '], { pooling: 'mean', overflow }))[1]).toEqual(zero)
    }
    await embedder.dispose()
  })

  test('a tokenizer may fill the same arrays for each text', async () => {
    const ids = new Int32Array(64)
    const tokenTypeIds = new Int32Array(64)
    const specialTokensMask = new Uint8Array(64)
    const tokens: string[] = []
    const embedder = await load({
      ...tokenizer,
      encode(text, options) {
        const encoding = tokenizer.encode(text, options)
        const { length } = encoding.ids
        ids.set(encoding.ids)
        tokenTypeIds.set(encoding.tokenTypeIds)
        specialTokensMask.set(encoding.specialTokensMask)
        tokens.splice(0, tokens.length, ...encoding.tokens)
        return {
          ids: ids.subarray(0, length),
          tokenTypeIds: tokenTypeIds.subarray(0, length),
          specialTokensMask: specialTokensMask.subarray(0, length),
          tokens,
          truncatedTokens: encoding.truncatedTokens,
        }
      },
    })
    const expected = await load(tokenizer)
    const some = ['the knight was here', 'a squire', 'was']
    expect(embedder.tokenize(some)).toEqual(expected.tokenize(some))
    expect(await embedder.embed(some)).toEqual(await expected.embed(some))
    await Promise.all([embedder.dispose(), expected.dispose()])
  })

  const changed = (change: (encoding: Encoding) => unknown): Tokenizer => ({
    ...tokenizer,
    encode: (text, options) => change(tokenizer.encode(text, options)) as Encoding,
  })
  test.each<[string, (encoding: Encoding) => unknown]>([
    ['undefined', () => undefined],
    ['a promise', async (encoding) => encoding],
    ['a list of ids', ({ ids }) => ids],
    ['ids in a plain list', (encoding) => ({ ...encoding, ids: [...encoding.ids] })],
    ['no type ids', (encoding) => ({ ...encoding, tokenTypeIds: undefined })],
    ['too few type ids', (encoding) => ({ ...encoding, tokenTypeIds: encoding.tokenTypeIds.slice(1) })],
    ['type ids below 0', (encoding) => ({ ...encoding, tokenTypeIds: encoding.tokenTypeIds.map(() => -1) })],
    [
      'a token type beyond the table',
      (encoding) => ({ ...encoding, tokenTypeIds: encoding.tokenTypeIds.map(() => 2) }),
    ],
    ['tokens that are numbers', (encoding) => ({ ...encoding, tokens: [...encoding.ids] })],
    ['too few tokens', (encoding) => ({ ...encoding, tokens: encoding.tokens.slice(1) })],
    ['no mask', (encoding) => ({ ...encoding, specialTokensMask: undefined })],
    ['no number of truncated tokens', (encoding) => ({ ...encoding, truncatedTokens: undefined })],
    ['an id below 0', (encoding) => ({ ...encoding, ids: encoding.ids.map(() => -1) })],
    ['an id beyond its vocabulary', (encoding) => ({ ...encoding, ids: encoding.ids.map(() => 209) })],
    ['no special tokens', (it) => ({ ...it, specialTokensMask: it.specialTokensMask.map(() => 0) })],
  ])('a tokenizer is refused at load if it returns %s', async (_, change) => {
    await expect(load(changed(change))).rejects.toMatchObject({ code: 'INVALID_TOKENIZER' })
  })

  const maskOf = ({ ids }: Encoding, special: readonly number[]) =>
    Uint8Array.from(ids, (_, index) => (special.includes(index) ? 1 : 0))
  test.each<[string, (encoding: Encoding) => unknown]>([
    ['special tokens within the text', (it) => ({ ...it, specialTokensMask: maskOf(it, [0, 2]) })],
    ['more tokens than maxLength', () => tokenizer.encode('the knight was here')],
  ])('a tokenizer is refused in a call if it returns %s', async (_, change) => {
    let isLoaded = false
    const embedder = await load(changed((encoding) => (isLoaded ? change(encoding) : encoding)))
    isLoaded = true
    await expect(embedder.embed('the knight was here', { maxLength: 4 })).rejects.toMatchObject({
      code: 'INVALID_TOKENIZER',
    })
    await embedder.dispose()
  })
})
