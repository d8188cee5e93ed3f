import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BertEmbedError } from '../../../src/errors.js'
import { parseDenseConfig, parseLayerNormConfig } from '../../../src/model/config/head-configs.js'

const unsupported = expect.objectContaining({ code: 'UNSUPPORTED_MODEL' })
const invalid = expect.objectContaining({ code: 'INVALID_CONFIG' })

describe('N_Dense/config.json', () => {
  const sizes = { in_features: 16, out_features: 8 }

  test('a Dense config has sizes and an activation, with the defaults of sentence-transformers', () => {
    expect(parseDenseConfig(sizes, 'config.json')).toEqual({
      inFeatures: 16,
      outFeatures: 8,
      hasBias: true,
      activation: 'Tanh',
      isResidual: false,
    })
    const path = 'torch.nn.modules.activation.ReLU'
    const config = parseDenseConfig({ ...sizes, bias: false, activation_function: path }, 'config.json')
    expect(config).toMatchObject({ hasBias: false, activation: 'ReLU' })
  })

  test.each([
    { activation_function: 'torch.nn.modules.activation.PReLU' },
    { activation_function: 'evil.Tanh' },
    { activation_function: 'torch.toString' },
    { activation_function: 7 },
    { module_input_name: 'token_embeddings' },
    { module_output_name: 'token_embeddings' },
  ])('a Dense config with %j is an error UNSUPPORTED_MODEL', (fields) => {
    expect(() => parseDenseConfig({ ...sizes, ...fields }, 'config.json')).toThrow(unsupported)
  })

  test.each([{ in_features: 0 }, { bias: 1 }, { out_features: 1e9 }, { in_features: '16' }])(
    'a Dense config with %j is an error INVALID_CONFIG',
    (fields) => {
      expect(() => parseDenseConfig({ ...sizes, ...fields }, 'config.json')).toThrow(invalid)
    },
  )
})

test('a head config of any content is parsed or is a typed error', () => {
  const names = ['in_features', 'out_features', 'activation_function', 'dimension', 'module_input_name']
  const value = fc.oneof(fc.jsonValue(), fc.constantFrom('torch.Tanh', 'torch.x', 8))
  const object = fc.dictionary(fc.constantFrom(...names), value)
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), object), (content) => {
      for (const parse of [parseDenseConfig, parseLayerNormConfig])
        try {
          parse(content, 'config.json')
        } catch (error) {
          expect(error).toBeInstanceOf(BertEmbedError)
        }
    }),
    { numRuns: 1500 },
  )
})
