import { describe, expect, test } from 'vitest'
import { parseSafetensorsIndex } from '../../../src/model/safetensors/safetensors-index.js'

const file = 'model.safetensors.index.json'

const refusal = expect.objectContaining({
  name: 'BertEmbedError',
  code: 'INVALID_SAFETENSORS',
  message: expect.stringContaining(file) as string,
})

describe('parseSafetensorsIndex', () => {
  test('a safetensors index lists the shard of each tensor', () => {
    const json = {
      metadata: { total_size: 12 },
      weight_map: {
        'embeddings.weight': 'model-00001-of-00002.safetensors',
        'pooler.bias': 'model-00002-of-00002.safetensors',
        'a b': 'parts/weights (final).safetensors',
      },
    }
    expect([...parseSafetensorsIndex(json, { file })]).toEqual(Object.entries(json.weight_map))
  })

  test('a safetensors index may have tensors named like members of Object.prototype', () => {
    const json: unknown = JSON.parse(
      '{"weight_map":{"__proto__":"a.safetensors","constructor":"a.safetensors"}}',
    )
    expect([...parseSafetensorsIndex(json, { file }).keys()]).toEqual(['__proto__', 'constructor'])
  })

  test.each([
    '../secret.safetensors',
    'parts/../../secret.safetensors',
    './model.safetensors',
    '/etc/model.safetensors',
    '//host/model.safetensors',
    'parts//model.safetensors',
    'parts\\..\\model.safetensors',
    'C:model.safetensors',
    'https://host/model.safetensors',
    '%2e%2e/model.safetensors',
    'model.safetensors?x=.safetensors',
    'model#.safetensors',
    'model\u0000.safetensors',
    '.safetensors',
    ' /model.safetensors',
    'parts/',
    'model.bin',
    'model.safetensors.exe',
    '',
    7,
    null,
    ['model.safetensors'],
    { constructor: { name: { toString: 1 } } },
  ])('an index with the shard %j is refused', (shard) => {
    expect(() => parseSafetensorsIndex({ weight_map: { a: 'a.safetensors', b: shard } }, { file })).toThrow(
      refusal,
    )
  })

  test.each([undefined, null, 7, '{}', [], {}, { weight_map: [] }, { weight_map: null }, { weight_map: {} }])(
    'an index that is %j is refused',
    (json) => {
      expect(() => parseSafetensorsIndex(json, { file })).toThrow(refusal)
    },
  )
})
