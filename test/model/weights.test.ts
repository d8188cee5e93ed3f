import { expect, test } from 'vitest'
import { createWeights, type WeightTensor } from '../../src/model/weights.js'

function weightsWith(name: string, prefix: string) {
  const tensor: WeightTensor = {
    name,
    dtype: 'F32',
    shape: [2],
    byteOffset: 0,
    byteLength: 8,
    file: 'a.safetensors',
  }
  return createWeights(new Map([[name, tensor]]), prefix)
}

test.each([
  ['without a prefix', 'embeddings.LayerNorm.weight'],
  ["with the architecture's prefix", 'ernie.embeddings.LayerNorm.weight'],
  ["with BERT's prefix", 'bert.embeddings.LayerNorm.weight'],
  ["by TensorFlow's name", 'embeddings.LayerNorm.gamma'],
  ["by TensorFlow's name with a prefix", 'ernie.embeddings.LayerNorm.gamma'],
])('a tensor is found %s', (_, name) => {
  const weights = weightsWith(name, 'ernie.')
  expect(weights.has('embeddings.LayerNorm.weight')).toBe(true)
  expect(weights.get('embeddings.LayerNorm.weight', [2]).name).toBe(name)
})

test('a tensor with the prefix of another architecture is an error MISSING_TENSOR', () => {
  const weights = weightsWith('roberta.embeddings.LayerNorm.weight', 'ernie.')
  expect(weights.has('embeddings.LayerNorm.weight')).toBe(false)
  expect(() => weights.get('embeddings.LayerNorm.weight', [2])).toThrow(
    expect.objectContaining({ code: 'MISSING_TENSOR' }),
  )
})

test('a tensor of another shape is an error INVALID_WEIGHTS', () => {
  const weights = weightsWith('embeddings.LayerNorm.weight', 'bert.')
  expect(() => weights.get('embeddings.LayerNorm.weight', [3])).toThrow(
    expect.objectContaining({ code: 'INVALID_WEIGHTS' }),
  )
})
