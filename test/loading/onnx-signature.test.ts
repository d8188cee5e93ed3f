import { describe, expect, test } from 'vitest'
import { signatureOf } from '../../src/loading/onnx/onnx-signature.js'
import type { OnnxValue } from '../../src/model/onnx/file/onnx-value.js'

const int64 = 7
const float32 = 1
const any = undefined

const value = (name: string, shape: OnnxValue['shape'], elementType = float32): OnnxValue => ({
  name,
  elementType,
  shape,
})
const input = (name: string, shape: OnnxValue['shape'] = [any, any], elementType = int64) =>
  value(name, shape, elementType)
const inputs = ['input_ids', 'attention_mask', 'token_type_ids'].map((name) => input(name))
const states = value('last_hidden_state', [any, any, 16])

const signature = (
  graph: { inputs?: readonly OnnxValue[]; outputs?: readonly OnnxValue[] },
  hiddenSize = 16,
) => signatureOf('model.onnx', { inputs, outputs: [states], ...graph }, { hiddenSize, padId: 0 })

describe('the outputs of a graph', () => {
  const textStates = value('token_embeddings', [any, any, 16])
  const text = value('sentence_embedding', [any, 16])
  const output0 = value('output_0', [any, any, 16])
  const open = value('1234', [any, any, any])
  const hidden = value('hidden', [any, any, 16])
  const pooled = value('pooled', [any, 16])
  const logits = value('logits', [any, any, 16])
  const numbered = value('last_hidden_state:0', [any, any, 16])

  test.each([
    ['by their names', [states, value('pooler_output', [any, 16])], 'last_hidden_state', any],
    ['by names of sentence-transformers', [textStates, text], 'token_embeddings', 'sentence_embedding'],
    ['by their names without shapes', [value('sentence_embedding', [])], any, 'sentence_embedding'],
    ['by the only shape that fits', [output0], 'output_0', any],
    ['by the only shape whose last size is open', [open], '1234', any],
    ['among other shapes', [hidden, pooled], 'hidden', any],
    ['next to scores', [hidden, logits], 'hidden', any],
    ['by a name of an embedding', [value('text_embeds', [any, 8])], any, 'text_embeds'],
    ['with a number of TensorFlow', [numbered], 'last_hidden_state:0', any],
  ] as const)('outputs are found %s', (_, outputs, tokenOutputName, textOutputName) => {
    expect(signature({ outputs })).toMatchObject({ tokenOutputName, textOutputName })
  })

  test.each([
    ['scores of tokens', [value('logits', [any, any, 16])]],
    ['scores of a language model', [value('prediction', [any, any, 30522])]],
    ['scores of texts', [value('logits', [any, 2])]],
    ['vectors of the first token', [value('pooler_output', [any, 16])]],
    ['ambiguous', [value('a', [any, any, 16]), value('b', [any, any, 16])]],
    ['integers', [value('last_hidden_state', [any, any, 16], int64)]],
    ['not tensors', [{ name: 'last_hidden_state', elementType: undefined, shape: [] }]],
    ['of two dimensions', [value('last_hidden_state', [any, 16])]],
    ['missing', []],
  ])('a graph whose outputs are %s is an error UNSUPPORTED_MODEL', (_, outputs) => {
    expect(() => signature({ outputs })).toThrow(expect.objectContaining({ code: 'UNSUPPORTED_MODEL' }))
  })

  test.each([10, 11, 16])('outputs of ONNX type %i are fetched as float32', (elementType) => {
    const outputs = [value('last_hidden_state', [any, any, 16], elementType)]
    expect(signature({ outputs }).tokenOutputName).toBe('bert-embed/last_hidden_state')
  })
})

describe('the inputs of a graph', () => {
  test.each([
    ['input_ids', 'attention_mask'],
    ['input_word_ids:0', 'input_mask:0', 'input_type_ids:0'],
    ['input_ids', 'input_mask', 'segment_ids'],
    ['input_ids'],
  ])('inputs may be %s %s %s', (...names) => {
    const { inputs: fed, hasMask } = signature({ inputs: names.map((name) => input(name)) })
    const feeds = ['inputIds', 'attentionMask', 'tokenTypeIds']
    expect(fed.map(({ feed }) => feed)).toEqual(feeds.slice(0, names.length))
    expect(fed.map(({ name }) => name)).toEqual(names.map((name) => `bert-embed/${name}`))
    expect(hasMask).toBe(names.length > 1)
  })

  test.each([6, 7, 1, 9, 10, 11])('an input may have ONNX type %i', (elementType) => {
    const mask = input('attention_mask', [any, any], elementType)
    expect(signature({ inputs: [input('input_ids'), mask] }).inputs).toHaveLength(2)
  })

  test.each([
    [[any, any], { rows: any, tokens: any }],
    [[1, 128], { rows: 1, tokens: 128 }],
    [[any, 128], { rows: any, tokens: 128 }],
    [[8, any], { rows: 8, tokens: any }],
    [[], { rows: any, tokens: any }],
  ])('inputs of shape %j have the sizes %j', (shape, sizes) => {
    expect(signature({ inputs: [input('input_ids', shape), input('attention_mask', shape)] })).toMatchObject(
      sizes,
    )
  })

  test.each([
    ['an unknown input', [...inputs, input('pixel_values')]],
    ['a string input', [input('input_ids', [any, any], 8)]],
    ['only a mask', [input('attention_mask')]],
    ['no inputs', []],
    ['an input of one dimension', [input('input_ids', [128])]],
    ['inputs of different sizes', [input('input_ids', [1, 128]), input('attention_mask', [1, 64])]],
    ['a fixed length and no mask', [input('input_ids', [1, 128])]],
  ])('a graph with %s is an error UNSUPPORTED_MODEL', (_, inputs) => {
    expect(() => signature({ inputs })).toThrow(expect.objectContaining({ code: 'UNSUPPORTED_MODEL' }))
  })
})
