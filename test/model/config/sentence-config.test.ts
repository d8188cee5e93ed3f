import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BertEmbedError } from '../../../src/errors.js'
import {
  parsePoolingConfig,
  parsePrompts,
  parseSentenceBertConfig,
} from '../../../src/model/config/sentence-config.js'

describe('1_Pooling/config.json', () => {
  test('an old pooling config has booleans, whose vectors are concatenated in a fixed order', () => {
    const flags = {
      word_embedding_dimension: 16,
      pooling_mode_mean_tokens: true,
      pooling_mode_cls_token: true,
    }
    expect(parsePoolingConfig(flags).pooling).toEqual(['cls', 'mean'])
    const all = {
      pooling_mode_lasttoken: true,
      pooling_mode_max_tokens: true,
      pooling_mode_mean_tokens: true,
    }
    expect(parsePoolingConfig(all).pooling).toEqual(['max', 'mean', 'lasttoken'])
    expect(parsePoolingConfig({}).pooling).toEqual(['mean'])
  })

  test('a new pooling config has a name, or a list that is concatenated in its order', () => {
    expect(parsePoolingConfig({ pooling_mode: 'cls' }).pooling).toEqual(['cls'])
    expect(parsePoolingConfig({ pooling_mode: ['mean', 'cls'] }).pooling).toEqual(['mean', 'cls'])
    expect(parsePoolingConfig({ pooling_mode: 'max', pooling_mode_cls_token: true }).pooling).toEqual(['max'])
  })

  test.each(['median', [], ['mean', 'median'], 7])(
    'a pooling config with pooling_mode %j is an error UNSUPPORTED_MODEL',
    (mode) => {
      const unsupported = expect.objectContaining({ code: 'UNSUPPORTED_MODEL' })
      expect(() => parsePoolingConfig({ pooling_mode: mode })).toThrow(unsupported)
    },
  )
})

describe('the other files', () => {
  test('the other files have the maximum length, the prompts and the dimension', () => {
    expect(parseSentenceBertConfig({ max_seq_length: 256, do_lower_case: true })).toEqual({
      maxLength: 256,
      doLowerCase: true,
    })
    expect(parseSentenceBertConfig({ max_seq_length: null })).toEqual({
      maxLength: undefined,
      doLowerCase: false,
    })
    expect(
      parsePrompts({ prompts: { query: 'q: ' }, default_prompt_name: 'query', truncate_dim: 64 }),
    ).toEqual({
      prompts: { query: 'q: ' },
      defaultPromptName: 'query',
      truncateDim: 64,
      similarityFunction: 'cosine',
    })
    expect(parsePrompts({ prompts: { document: null }, similarity_fn_name: 'dot' })).toMatchObject({
      prompts: { document: '' },
      similarityFunction: 'dot',
    })
  })

  test('a prompt may be named like a member of Object.prototype', () => {
    const { prompts } = parsePrompts(JSON.parse('{"prompts": {"__proto__": "x: ", "toString": "y: "}}'))
    expect(Object.keys(prompts).sort()).toEqual(['__proto__', 'toString'])
    expect(prompts.constructor).toBeUndefined()
  })

  test.each([
    [() => parseSentenceBertConfig({ max_seq_length: 0 })],
    [() => parsePrompts({ prompts: { query: 7 } })],
    [() => parsePrompts({ prompts: [] })],
    [() => parsePrompts({ default_prompt_name: 'absent' })],
    [() => parsePrompts({ truncate_dim: 1.5 })],
    [() => parsePrompts(null)],
  ])('an impossible value is an error INVALID_CONFIG: %s', (parse) => {
    expect(parse).toThrow(expect.objectContaining({ code: 'INVALID_CONFIG' }))
  })

  test.each([
    [() => parsePrompts({ similarity_fn_name: 'maxsim' })],
    [() => parseSentenceBertConfig({ transformer_task: 'fill-mask' })],
    [() => parseSentenceBertConfig({ module_output_name: 'sentence_embedding' })],
  ])('a config of another kind of model is an error UNSUPPORTED_MODEL: %s', (parse) => {
    expect(parse).toThrow(expect.objectContaining({ code: 'UNSUPPORTED_MODEL' }))
  })

  test('a config of any content is parsed or is a typed error', () => {
    const lengths = ['truncate_dim', 'max_seq_length']
    const names = ['similarity_fn_name', 'pooling_mode', 'prompts', 'default_prompt_name', ...lengths]
    const value = fc.oneof(fc.jsonValue(), fc.constantFrom('cls', 'dot', '../x'))
    const object = fc.dictionary(fc.constantFrom(...names), value)
    const json = fc.oneof(fc.jsonValue(), object, fc.array(object))
    fc.assert(
      fc.property(json, (content) => {
        for (const parse of [parsePoolingConfig, parsePrompts, parseSentenceBertConfig])
          try {
            parse(content)
          } catch (error) {
            expect(error).toBeInstanceOf(BertEmbedError)
          }
      }),
      { numRuns: 5000 },
    )
  })
})
