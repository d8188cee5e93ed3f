/**
 * Tokenizer files of every class and form, with the ids of AutoTokenizer, recorded by
 * scripts/tokenizer/record_classes.py.
 */

import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { isJsonObject } from '../../src/checks/json.js'
import { readTokenizer } from '../../src/loading/files/read-tokenizer.js'
import { memorySource } from '../../src/sources/memory.js'

interface Case {
  readonly base: string
  readonly files: Readonly<Record<string, unknown>>
  readonly changes: Readonly<Record<string, unknown>> | false
  readonly expected: number | null
}

type Result = readonly [ids: number[][], pairIds: number[], pairTypeIds: number[], padToken: string | null]

const { texts, bert, contents, results, cases } = JSON.parse(readFixture('classes.json')) as {
  readonly texts: readonly string[]
  readonly bert: object
  readonly contents: Readonly<Record<string, string>>
  readonly results: readonly Result[]
  readonly cases: readonly Case[]
}
const vocab = readFixture('vocab.txt')

/** Cases in which the library deliberately differs from transformers. */
const decisions: readonly (readonly [why: string, is: (recorded: Case) => boolean])[] = [
  // transformers creates a tokenizer of another type from the vocabulary. No checkpoint can have been trained that way.
  [
    'another model',
    ({ base, files }) => base === 'bert' && modelTypeOf(files) === 'roberta' && !classOf(files),
  ],
  // GPT-2 has no padding token, so transformers fails on a batch.
  ['no padding token', ({ base, files }) => base === 'gpt2' && !('pad_token' in configOf(files))],
]

function readFixture(name: string): string {
  return readFileSync(new URL(`../fixtures/tokenizer/${name}`, import.meta.url), 'utf8')
}

function configOf(files: Case['files']): Readonly<Record<string, unknown>> {
  return (files['tokenizer_config.json'] ?? {}) as Record<string, unknown>
}

function classOf(files: Case['files']): unknown {
  return configOf(files).tokenizer_class
}

function modelTypeOf(files: Case['files']): unknown {
  return (files['config.json'] as Record<string, unknown>).model_type
}

const bases = new Map<string, unknown>([['bert', bert]])
function readBase(name: string): unknown {
  if (!bases.has(name)) bases.set(name, JSON.parse(readFixture(`kinds/${name}.json`)).tokenizerJson)
  return bases.get(name)
}

/** The same as `merged` in the script. */
function merged(value: unknown, changes: unknown): unknown {
  if (!isJsonObject(value) || !isJsonObject(changes)) return changes
  const kept = Object.entries(value).filter(([name]) => changes[name] !== '')
  const changed = Object.entries(changes).filter(([, change]) => change !== '')
  return Object.fromEntries([
    ...kept,
    ...changed.map(([name, change]) => [name, merged(value[name], change)]),
  ])
}

async function load({ base, files, changes }: Case, tableSize = 100_000) {
  const all: Record<string, unknown> = { ...files }
  if (changes !== false) all['tokenizer.json'] = merged(readBase(base), changes)
  const bytes = Object.entries(all).map(([name, value]) => [
    name,
    value === 'vocab.txt'
      ? vocab
      : typeof value === 'string'
        ? (contents[value] ?? value)
        : JSON.stringify(value),
  ])
  return readTokenizer(memorySource(Object.fromEntries(bytes)), {
    config: files['config.json'],
    tableSize,
    lowercase: false,
  })
}

/** A checkpoint with these files only. */
function bare(files: Readonly<Record<string, unknown>>): Case {
  return { base: 'bert', files: { 'config.json': {}, ...files }, changes: false, expected: null }
}

const rows = vocab.trimEnd().split('\n').length

describe("a checkpoint's tokenizer files", () => {
  const recorded = cases.filter((recorded) => !decisions.some(([, is]) => is(recorded)))

  test('all forms of tokenizer files give the ids of AutoTokenizer', async () => {
    expect(recorded.length).toBeGreaterThan(500)
    for (const one of recorded) {
      if (one.expected === null) continue
      const tokenizer = await load(one).catch((cause) => {
        throw new Error(JSON.stringify(one), { cause })
      })
      const pair = tokenizer.encode(texts.at(-1)!, { textPair: texts[0] })
      const [ids, pairIds, pairTypeIds, padToken] = results[one.expected]!
      expect(
        [texts.map((text) => [...tokenizer.encode(text).ids]), [...pair.ids], [...pair.tokenTypeIds]],
        JSON.stringify(one),
      ).toEqual([ids, pairIds, pairTypeIds])
      if (padToken !== null) expect(tokenizer.padToken.token, JSON.stringify(one)).toBe(padToken)
    }
  })

  test.each([
    ['BertJapanese', { 'vocab.txt': 'vocab.txt' }],
    ['BertJapanese', { 'vocab.txt': 'vocab.txt', 'tokenizer.json': bert }],
    ['Funnel', { 'vocab.txt': 'vocab.txt' }],
    ['NoSuch', { 'vocab.txt': 'vocab.txt' }],
    ['PreTrained', { 'vocab.json': 'vocab.json of roberta', 'merges.txt': 'merges.txt of roberta' }],
    ['XLMRoberta', { 'sentencepiece.bpe.model': '' }],
  ])(
    'files that %sTokenizer cannot read are an error that names the class and the option tokenizer: %o',
    async (name, files) => {
      for (const config of [
        { 'tokenizer_config.json': { tokenizer_class: `${name}Tokenizer` } },
        { 'config.json': { model_type: 'bert', tokenizer_class: `${name}Tokenizer` } },
      ])
        await expect(load(bare({ ...files, ...config }))).rejects.toMatchObject({
          code: 'UNSUPPORTED_MODEL',
          message: expect.stringMatching(
            new RegExp(`${name}Tokenizer.*createEmbedder\\(\\{ tokenizer \\}\\)`),
          ),
        })
    },
  )

  test('files that the class does not read are an error that names them', async () => {
    const roberta = { 'config.json': { model_type: 'roberta' } }
    for (const [files, names] of [
      [{ ...roberta, 'vocab.json': 'vocab.json of roberta' }, /merges\.txt.*but vocab\.json/],
      [{ ...roberta, 'vocab.txt': 'vocab.txt' }, /vocab\.json.*but vocab\.txt/],
      [{ 'config.json': { model_type: 'bert' }, 'spiece.model': '' }, /vocab\.txt.*but spiece\.model/],
      [roberta, /vocab\.json/],
    ] as const)
      await expect(load(bare(files))).rejects.toMatchObject({
        code: 'FILE_NOT_FOUND',
        message: expect.stringMatching(names),
      })
  })

  test('files may add tokens up to the rows of the table', async () => {
    const files = { 'vocab.txt': 'vocab.txt', 'added_tokens.json': { covidx: rows } }
    const tokenizer = await load(bare(files), rows + 1)
    expect([...tokenizer.encode('covidx').ids]).toEqual([2, rows, 3])
    for (const tooMany of [
      files,
      { 'vocab.txt': 'vocab.txt', 'special_tokens_map.json': { additional_special_tokens: ['covidx'] } },
      { 'vocab.txt': 'vocab.txt', 'tokenizer_config.json': { image_token: 'covidx' } },
      {
        'tokenizer.json': bert,
        'tokenizer_config.json': { added_tokens_decoder: { 9999: { content: 'covidx' } } },
      },
    ])
      await expect(load(bare(tooMany), rows)).rejects.toMatchObject({
        code: 'INVALID_TOKENIZER',
        message: expect.stringContaining('"covidx"'),
      })
  })

  test('a vocabulary need not have [MASK]', async () => {
    const tokenizer = await load(bare({ 'vocab.txt': 'no [MASK]' }), rows - 1)
    expect(tokenizer.vocabSize).toBe(rows - 1)
    expect(tokenizer.encode('[MASK]').tokens).not.toContain('[MASK]')
  })
})
