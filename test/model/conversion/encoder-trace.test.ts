import { describe, expect, test } from 'vitest'
import { parseEncoder } from '../../../src/model/architectures/parse-encoder.js'
import { traceEncoder } from '../../../src/model/conversion/encoder-trace.js'
import { readSafetensorsHeader } from '../../../src/model/safetensors/safetensors.js'
import { findTensor } from '../../../src/model/weights.js'
import { architectureCheckpoints, readFiles, readJson } from '../../support/fixtures.js'
import { fileOf } from '../../support/safetensors-file.js'

/** Tensors of the heads that transformers' classes have on top of an encoder. */
const head =
  /pooler|^lm_head|^vocab_|^discriminator_predictions|^predictions|^sop_classifier|^cls\.|^head\.|^decoder\./

/** Biases of keys have no effect: softmax ignores a number that is added for all keys. */
const keyBias = /\.(?:key|k_lin|attn\.k)\.bias$/

describe('the parameters of an encoder', () => {
  test.each(architectureCheckpoints)(
    'the traced parameters of %s are all its tensors in their shapes, except the head and the biases of keys',
    async (name) => {
      const { parameters, prefix } = traceEncoder(await parseEncoder(readJson(name, 'config.json')))
      const { tensors } = await readSafetensorsHeader(fileOf(readFiles(name)['model.safetensors']!))
      const used = [...parameters].map(([parameter, { shape }]) => {
        const tensor = findTensor(tensors, parameter, prefix)
        expect(tensor?.shape, parameter).toEqual(shape)
        return tensor!.name
      })
      const unused = [...tensors.keys()].filter((tensor) => !used.includes(tensor))
      expect(unused.filter((tensor) => !head.test(tensor) && !keyBias.test(tensor))).toEqual([])
    },
  )

  test('traced parameters are matrices, lookup tables, or floats', async () => {
    const encoder = await parseEncoder(readJson('modernbert-untrained', 'config.json'))
    const parameters = traceEncoder(encoder).parameters
    expect(parameters.get('embeddings.tok_embeddings.weight')).toMatchObject({ role: 'table' })
    expect(parameters.get('layers.0.attn.Wqkv.weight')).toEqual({ role: 'matrix', shape: [48, 16] })
    expect(parameters.get('final_norm.weight')).toEqual({ role: 'float', shape: [16] })
    expect(parameters.has('final_norm.bias')).toBe(false)
  })
})
