/** Lists the tensors of a BERT checkpoint, with their old or new names. */

/**
 * Returns the names, the shapes and the means of the random weights. `oldNames` uses the names of Google's checkpoints: the
 * prefix `bert.`, LayerNorm.gamma and .beta, and the heads of the pre-training.
 */
export function listTensors(config, { oldNames }) {
  const { hidden_size: hidden, intermediate_size: intermediate, vocab_size: vocabulary } = config
  const prefix = oldNames ? 'bert.' : ''
  const [scale, shift] = oldNames ? ['gamma', 'beta'] : ['weight', 'bias']
  const tensors = []
  const add = (name, shape, mean = 0) => tensors.push({ name, shape, mean })
  const linear = (name, from, to) => {
    add(`${name}.weight`, [to, from])
    add(`${name}.bias`, [to])
  }
  // Biases and LayerNorms are not 0 and 1, because omitting them would then make no difference.
  const layerNorm = (name) => {
    add(`${name}.${scale}`, [hidden], 1)
    add(`${name}.${shift}`, [hidden])
  }

  const embeddings = `${prefix}embeddings`
  add(`${embeddings}.word_embeddings.weight`, [vocabulary, hidden])
  add(`${embeddings}.position_embeddings.weight`, [config.max_position_embeddings, hidden])
  add(`${embeddings}.token_type_embeddings.weight`, [config.type_vocab_size, hidden])
  layerNorm(`${embeddings}.LayerNorm`)
  for (let layer = 0; layer < config.num_hidden_layers; layer++) {
    const name = `${prefix}encoder.layer.${layer}`
    for (const part of ['query', 'key', 'value']) linear(`${name}.attention.self.${part}`, hidden, hidden)
    linear(`${name}.attention.output.dense`, hidden, hidden)
    layerNorm(`${name}.attention.output.LayerNorm`)
    linear(`${name}.intermediate.dense`, hidden, intermediate)
    linear(`${name}.output.dense`, intermediate, hidden)
    layerNorm(`${name}.output.LayerNorm`)
  }
  linear(`${prefix}pooler.dense`, hidden, hidden)
  if (oldNames) {
    add('cls.predictions.bias', [vocabulary])
    linear('cls.predictions.transform.dense', hidden, hidden)
    layerNorm('cls.predictions.transform.LayerNorm')
    linear('cls.seq_relationship', hidden, 2)
  }
  return tensors
}
