/** Every parameter of a BERT encoder, by the name that transformers' `BertModel` gives it. */

import type { BertConfig } from './bert-config.js'

export interface BertParameter {
  readonly shape: readonly number[]
  /** A `matrix` is multiplied by, rows are looked up in a `table`, and a `float` is small or has to be exact. */
  readonly role: 'matrix' | 'table' | 'float'
}

/** The parameters that the graph of this config reads. Matrices are as PyTorch keeps them: [to, from]. */
export function bertParameters(config: BertConfig): ReadonlyMap<string, BertParameter> {
  const { hiddenSize, intermediateSize } = config
  const parameters = new Map<string, BertParameter>()
  const add = (role: BertParameter['role'], name: string, ...shape: number[]) =>
    parameters.set(name, { shape, role })

  function layerNorm(name: string): void {
    add('float', `${name}.weight`, hiddenSize)
    add('float', `${name}.bias`, hiddenSize)
  }

  function linear(name: string, { from = hiddenSize, to = hiddenSize } = {}): void {
    add('matrix', `${name}.weight`, to, from)
    add('float', `${name}.bias`, to)
  }

  add('table', 'embeddings.word_embeddings.weight', config.vocabSize, hiddenSize)
  add('float', 'embeddings.position_embeddings.weight', config.maxPositionEmbeddings, hiddenSize)
  add('table', 'embeddings.token_type_embeddings.weight', config.typeVocabSize, hiddenSize)
  layerNorm('embeddings.LayerNorm')
  for (let layer = 0; layer < config.numHiddenLayers; layer++) {
    const name = `encoder.layer.${layer}`
    for (const part of ['query', 'key', 'value']) linear(`${name}.attention.self.${part}`)
    linear(`${name}.attention.output.dense`)
    layerNorm(`${name}.attention.output.LayerNorm`)
    linear(`${name}.intermediate.dense`, { to: intermediateSize })
    linear(`${name}.output.dense`, { from: intermediateSize })
    layerNorm(`${name}.output.LayerNorm`)
  }
  return parameters
}
