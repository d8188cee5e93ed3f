/** Long texts are tokenized in steps that yield to the event loop, and no further than necessary. */

import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { EmbedderSettings } from '../../src/embedder/embedder-settings.js'
import { tokenizeTextsPaced } from '../../src/embedder/forward-texts.js'
import {
  resolveTokenizeRules,
  type TokenizeContext,
  type TokenizeRulesOptions,
  tokenizePaced,
  tokenizeTexts,
} from '../../src/embedder/tokenize-texts.js'
import { checkedTokenizer } from '../../src/text/checked-tokenizer.js'
import { createTokenizer } from '../../src/text/create-tokenizer.js'
import { type EncodeInStepsOptions, encodeInSteps } from '../../src/text/long-texts/encode-in-steps.js'
import type { Tokenizer } from '../../src/text/tokenizer.js'
import { readJson } from '../support/fixtures.js'

const corpus = readFileSync(new URL('../fixtures/text/corpus.txt', import.meta.url), 'utf8')
const tokenizerJson = readJson<Record<string, unknown>>('bert-small-untrained', 'tokenizer.json')
const tokenizer = createTokenizer({ tokenizerJson })
const fromTheLeft = createTokenizer({
  tokenizerJson,
  tokenizerConfig: { tokenizer_class: 'Any', truncation_side: 'left' },
})
const settings = { maxLength: 64, positions: 512, specialTokens: 2 } as EmbedderSettings

const english = corpus.repeat(30)
const base64 = randomBytes(200_000).toString('base64')
const charactersPerStep = 2048

/** Tokenizes one text under the options of a call. */
function tokenize(
  text: string,
  { signal, ...options }: TokenizeRulesOptions & { readonly signal?: AbortSignal },
  { context = { tokenizer, settings }, index = 0 }: { context?: TokenizeContext; index?: number } = {},
) {
  return tokenizePaced(text, index, resolveTokenizeRules(options, context), { signal, characters: 0 })
}

/** Counts the iterations of the event loop until a promise is settled. */
async function countTurns<T>(start: () => Promise<T>, onTurn?: (turns: number) => void) {
  let turns = 0
  let isDone = false
  const turn = () => {
    if (isDone) return
    turns++
    onTurn?.(turns)
    setImmediate(turn)
  }
  setImmediate(turn)
  try {
    return { value: await start(), turns: () => turns }
  } finally {
    isDone = true
  }
}

describe('a long text', () => {
  for (const [name, text] of Object.entries({ english, base64 })) {
    test(`a long text is read only as far as its first tokens need, which are those of the whole text (${name})`, () => {
      const steps = encodeInSteps(tokenizer, text, { maxLength: 64 })
      let count = 0
      let step = steps.next()
      for (; !step.done; step = steps.next()) count++
      const whole = tokenizer.encode(text, { maxLength: 64 })
      expect(count).toBeLessThanOrEqual(2)
      expect(step.value).toEqual({ ...whole, truncatedTokens: expect.any(Number) })
      expect(step.value.truncatedTokens).toBeGreaterThan(0)
    })

    test(`a long text that is read to its end yields to the event loop (${name})`, async () => {
      for (const [context, options] of [
        [{ tokenizer, settings }, { overflow: 'windows' }],
        [{ tokenizer: fromTheLeft, settings }, {}],
        [{ tokenizer, settings }, { countsAll: true }],
      ] as const) {
        const { turns } = await countTurns(() => tokenize(text, options, { context }))
        expect(turns()).toBeGreaterThan(text.length / charactersPerStep / 2)
      }
    })

    test(`an abort ends the tokenization of a long text within a step (${name})`, async () => {
      for (const [context, options] of [
        [{ tokenizer, settings }, { overflow: 'windows' }],
        [{ tokenizer: fromTheLeft, settings }, { overflow: 'truncate' }],
      ] as const) {
        const controller = new AbortController()
        const { signal } = controller
        let turnsThen = 0
        const aborting = countTurns(
          () => tokenize(text, { ...options, signal }, { context }),
          (turns) => {
            turnsThen = turns
            if (turns === 5) controller.abort(new Error('enough'))
          },
        )
        await expect(aborting).rejects.toThrow('enough')
        expect(turnsThen).toBeLessThan(10)
      }
    })
  }

  test('overflow "error" reads only the first tokens of a long text', async () => {
    const start = () => tokenize(english, { overflow: 'error' }, { index: 7 })
    const { turns } = await countTurns(() => start().catch((error: Error) => error))
    expect(turns()).toBeLessThan(5)
    await expect(start()).rejects.toMatchObject({
      code: 'TEXT_TOO_LONG',
      message: expect.stringContaining('Text 7'),
    })
  })

  test('a text has the same tokens and truncated tokens in steps and at once', async () => {
    const texts = [english.slice(0, 30_000), 'short', base64.slice(0, 9000), '']
    for (const options of [{}, { overflow: 'windows' }, { padding: 'max_length', maxLength: 16 }] as const)
      expect(await tokenizeTextsPaced(texts, options, { tokenizer, settings })).toEqual(
        tokenizeTexts(texts, options, { tokenizer, settings }),
      )
  })

  test("a caller's tokenizer works in steps if its encode has them", () => {
    const text = english.slice(0, 20_000)
    const countSteps = (custom: Tokenizer, options: EncodeInStepsOptions) => {
      const steps = encodeInSteps(checkedTokenizer(custom, { lowercase: false }), text, options)
      for (let count = 0; ; count++) {
        const { done, value } = steps.next()
        if (!done) continue
        expect(value).toEqual({ ...custom.encode(text, options), truncatedTokens: expect.any(Number) })
        return count
      }
    }
    const another: Tokenizer = {
      ...tokenizer,
      encode: (text, { maxLength } = {}) => tokenizer.encode([...text].reverse().join(''), { maxLength }),
    }
    expect(countSteps(tokenizer, {})).toBeGreaterThan(text.length / charactersPerStep / 2)
    expect(countSteps(tokenizer, { maxLength: 64 })).toBeLessThanOrEqual(2)
    expect(countSteps({ ...another, encodesPieces: false }, {})).toBe(0)
    expect(countSteps(another, { maxLength: 64 })).toBe(0)
  })

  test('a tokenizer without steps encodes a long text at once', async () => {
    const plain: Tokenizer = { ...tokenizer, encode: (text, options) => tokenizer.encode(text, options) }
    const context = { tokenizer: plain, settings }
    expect(await tokenize(english, {}, { context })).toEqual([tokenizer.encode(english, { maxLength: 64 })])
  })
})
