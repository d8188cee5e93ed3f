import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BertEmbedError } from '../../../src/errors.js'
import { parseModules } from '../../../src/model/config/sentence-modules.js'

const module = (kind: string, path = kind) => ({ type: `sentence_transformers.models.${kind}`, path })
const transformer = module('Transformer', '')
const [pooling, normalize, dense] = [module('Pooling'), module('Normalize'), module('Dense')]
const unsupported = expect.objectContaining({ code: 'UNSUPPORTED_MODEL' })
const invalid = expect.objectContaining({ code: 'INVALID_CONFIG' })

describe('modules.json', () => {
  test('modules.json has the folders, and says whether vectors are normalised', () => {
    expect(parseModules([transformer, pooling, normalize])).toEqual({
      transformerPath: '',
      poolingPath: 'Pooling',
      head: [],
      normalize: true,
    })
    expect(parseModules([{ ...transformer, path: '0_Transformer/' }])).toEqual({
      transformerPath: '0_Transformer',
      poolingPath: undefined,
      head: [],
      normalize: false,
    })
  })

  test('the modules after the pooling keep their order; those without effect are left out', () => {
    const layerNorm = module('LayerNorm')
    const modules = [transformer, pooling, module('Dropout'), dense, normalize, layerNorm, normalize]
    expect(parseModules(modules)).toMatchObject({
      head: [
        { kind: 'Dense', path: 'Dense' },
        { kind: 'Normalize', path: 'Normalize' },
        { kind: 'LayerNorm', path: 'LayerNorm' },
      ],
      normalize: true,
    })
    expect(parseModules([transformer, pooling, normalize, dense])).toMatchObject({ normalize: false })
  })

  test('only the last Pooling counts, and a Normalize before it has no effect, as in sentence-transformers', () => {
    const second = module('Pooling', 'second')
    expect(parseModules([transformer, normalize, pooling, dense, second, normalize])).toEqual({
      transformerPath: '',
      poolingPath: 'second',
      head: [],
      normalize: true,
    })
  })

  test('a module is recognised by its class name, in any Python module', () => {
    const moved = { ...pooling, type: 'sentence_transformers.sentence_transformer.modules.pooling.Pooling' }
    expect(parseModules([transformer, moved]).poolingPath).toBe('Pooling')
  })

  test.each([
    [[transformer, pooling, module('LSTM')]],
    [[pooling, transformer]],
    [[transformer, dense, pooling]],
    [[transformer, dense]],
    [[transformer, normalize]],
    [[transformer, pooling, transformer]],
    [[]],
  ])('an unknown module or order is an error UNSUPPORTED_MODEL: %j', (modules) => {
    expect(() => parseModules(modules)).toThrow(unsupported)
  })

  test('a path outside the model is an error INVALID_CONFIG', () => {
    expect(() => parseModules([transformer, { ...pooling, path: '../other' }])).toThrow(invalid)
  })
})

test('a modules.json of any content is parsed or is a typed error', () => {
  const value = fc.oneof(fc.jsonValue(), fc.constantFrom('a.Transformer', 'a.Pooling', 'a.Dense', '../x'))
  const object = fc.dictionary(fc.constantFrom('type', 'path', 'name'), value)
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), object, fc.array(object)), (content) => {
      try {
        parseModules(content)
      } catch (error) {
        expect(error).toBeInstanceOf(BertEmbedError)
      }
    }),
    { numRuns: 1500 },
  )
})
