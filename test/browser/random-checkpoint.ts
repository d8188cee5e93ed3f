/** A checkpoint with the width of a real small model and meaningless weights. It takes as long to run as a real one. */

import { safetensorsBytes } from '../support/safetensors-file.js'
import { smallCheckpoint } from './models.js'

const size = { hidden: 384, intermediate: 1536, layers: 2, positions: 512, tokenTypes: 2 }

/** Returns files for a memory source, with the vocabulary of the small checkpoint. */
export async function createRandomCheckpoint(): Promise<Record<string, Uint8Array | string>> {
  const vocabulary = await (await fetch(`${smallCheckpoint}/vocab.txt`)).text()
  const words = vocabulary.trimEnd().split('\n').length
  const config = {
    model_type: 'bert',
    hidden_act: 'gelu',
    hidden_size: size.hidden,
    intermediate_size: size.intermediate,
    num_attention_heads: 12,
    num_hidden_layers: size.layers,
    max_position_embeddings: size.positions,
    type_vocab_size: size.tokenTypes,
    vocab_size: words,
    layer_norm_eps: 1e-12,
  }
  return {
    'config.json': JSON.stringify(config),
    'vocab.txt': vocabulary,
    'model.safetensors': createWeights(words),
  }
}

function createWeights(words: number): Uint8Array {
  const header: Record<string, { dtype: 'F32'; shape: number[]; data_offsets: [number, number] }> = {}
  let end = 0
  for (const [name, shape] of tensors(words)) {
    const start = end
    end += 4 * shape.reduce((product, dimension) => product * dimension)
    header[name] = { dtype: 'F32', shape, data_offsets: [start, end] }
  }
  const bytes = safetensorsBytes(header, end)
  const values = Float32Array.from({ length: end / 4 }, (_, i) => 0.05 * Math.sin(i * i))
  bytes.set(new Uint8Array(values.buffer), bytes.byteLength - end)
  return bytes
}

function* tensors(words: number): Generator<[name: string, shape: number[]]> {
  const { hidden, intermediate } = size
  yield ['embeddings.word_embeddings.weight', [words, hidden]]
  yield ['embeddings.position_embeddings.weight', [size.positions, hidden]]
  yield ['embeddings.token_type_embeddings.weight', [size.tokenTypes, hidden]]
  yield* withBias('embeddings.LayerNorm', [hidden])
  for (let layer = 0; layer < size.layers; layer++) {
    const name = `encoder.layer.${layer}`
    for (const part of ['query', 'key', 'value'])
      yield* withBias(`${name}.attention.self.${part}`, [hidden, hidden])
    yield* withBias(`${name}.attention.output.dense`, [hidden, hidden])
    yield* withBias(`${name}.attention.output.LayerNorm`, [hidden])
    yield* withBias(`${name}.intermediate.dense`, [intermediate, hidden])
    yield* withBias(`${name}.output.dense`, [hidden, intermediate])
    yield* withBias(`${name}.output.LayerNorm`, [hidden])
  }
}

function* withBias(name: string, shape: number[]): Generator<[name: string, shape: number[]]> {
  yield [`${name}.weight`, shape]
  yield [`${name}.bias`, [shape[0]!]]
}
