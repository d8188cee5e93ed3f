import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BertEmbedError } from '../../src/errors.js'
import {
  parseModules,
  parsePoolingConfig,
  parsePrompts,
  parseSentenceBertConfig,
} from '../../src/model/sentence-config.js'

const transformer = { idx: 0, name: '0', path: '', type: 'sentence_transformers.models.Transformer' }
const pooling = { idx: 1, name: '1', path: '1_Pooling', type: 'sentence_transformers.models.Pooling' }
const normalize = { idx: 2, name: '2', path: '2_Normalize', type: 'sentence_transformers.models.Normalize' }

describe('modules.json', () => {
  test('gives the folders and whether vectors are normalised', () => {
    expect(parseModules([transformer, pooling, normalize])).toEqual({
      transformerPath: '',
      poolingPath: '1_Pooling',
      normalize: true,
    })
    expect(parseModules([{ ...transformer, path: '0_Transformer/' }])).toEqual({
      transformerPath: '0_Transformer',
      poolingPath: undefined,
      normalize: false,
    })
  })

  test('knows a class by its last name, which is what stayed between versions', () => {
    const moved = { ...pooling, type: 'sentence_transformers.sentence_transformer.modules.pooling.Pooling' }
    expect(parseModules([transformer, moved]).poolingPath).toBe('1_Pooling')
  })

  test('with a module or an order that we do not have is an error UNSUPPORTED_MODEL', () => {
    const unsupported = expect.objectContaining({ code: 'UNSUPPORTED_MODEL' })
    const dense = { ...pooling, type: 'sentence_transformers.models.Dense' }
    expect(() => parseModules([transformer, pooling, dense])).toThrow(unsupported)
    expect(() => parseModules([pooling, transformer])).toThrow(unsupported)
    expect(() => parseModules([transformer, normalize, pooling])).toThrow(unsupported)
    expect(() => parseModules([transformer, pooling, pooling])).toThrow(unsupported)
    expect(() => parseModules([])).toThrow(unsupported)
  })

  test('with a path out of the model is an error INVALID_CONFIG', () => {
    const invalid = expect.objectContaining({ code: 'INVALID_CONFIG' })
    expect(() => parseModules([transformer, { ...pooling, path: '../other' }])).toThrow(invalid)
  })
})

describe('1_Pooling/config.json', () => {
  test('of the older generation has booleans, concatenated in their own order', () => {
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

  test('of the newer generation has a name or a list, in the order of the list', () => {
    expect(parsePoolingConfig({ pooling_mode: 'cls' }).pooling).toEqual(['cls'])
    expect(parsePoolingConfig({ pooling_mode: ['mean', 'cls'] }).pooling).toEqual(['mean', 'cls'])
    expect(parsePoolingConfig({ pooling_mode: 'max', pooling_mode_cls_token: true }).pooling).toEqual(['max'])
  })

  test.each(['median', [], ['mean', 'median'], 7])(
    'with pooling_mode %j is an error UNSUPPORTED_MODEL',
    (mode) => {
      const unsupported = expect.objectContaining({ code: 'UNSUPPORTED_MODEL' })
      expect(() => parsePoolingConfig({ pooling_mode: mode })).toThrow(unsupported)
    },
  )
})

describe('the other files', () => {
  test('give the length, the prompts and the dimension', () => {
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
    })
  })

  test('a prompt may be called like a method of every object', () => {
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
  ])('with impossible values are errors INVALID_CONFIG: %s', (parse) => {
    expect(parse).toThrow(expect.objectContaining({ code: 'INVALID_CONFIG' }))
  })

  test('any content is read or is a typed error', () => {
    const names = [
      'type',
      'path',
      'pooling_mode',
      'prompts',
      'default_prompt_name',
      'truncate_dim',
      'max_seq_length',
    ]
    const value = fc.oneof(fc.jsonValue(), fc.constantFrom('a.Transformer', 'a.Pooling', 'cls', '../x'))
    const object = fc.dictionary(fc.constantFrom(...names), value)
    const json = fc.oneof(fc.jsonValue(), object, fc.array(object))
    fc.assert(
      fc.property(json, (content) => {
        for (const parse of [parseModules, parsePoolingConfig, parsePrompts, parseSentenceBertConfig])
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
