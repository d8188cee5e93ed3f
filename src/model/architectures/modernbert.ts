/** ModernBERT, https://arxiv.org/abs/2412.13663: rotary positions, and layers with full or sliding attention. */

import type { ConfigFields } from '../config/config-fields.js'
import type { ArchitectureEncoder } from '../encoder.js'
import type { EncoderBlocks } from '../encoder-blocks.js'
import { encoderOf } from './encoder-of.js'
import { type LayerType, type ModernBertConfig, readModernBertConfig } from './modernbert-config.js'

const wordEmbeddings = 'embeddings.tok_embeddings'

/** @throws {BertEmbedError} `UNSUPPORTED_MODEL`, `INVALID_CONFIG` */
export function createEncoder(fields: ConfigFields): ArchitectureEncoder {
  const config = readModernBertConfig(fields)
  const { types, hiddenSize } = config
  const otherType = types.findIndex((type) => type !== types[0])
  const lastHiddenState: ArchitectureEncoder['lastHiddenState'] = (blocks, part) => {
    const { norm, layer } = createLayers(blocks, config)
    const words = { name: wordEmbeddings, rows: part.vocabSize, index: 'word' } as const
    let x = norm('embeddings.norm', blocks.embeddings([words], hiddenSize)) // (batch * tokens, hidden)
    for (const [index, type] of types.slice(0, part.numHiddenLayers).entries())
      x = layer(`layers.${index}`, x, { type, isFirst: index === 0 })
    return norm('final_norm', x)
  }
  return encoderOf(config, lastHiddenState, {
    wordEmbeddings,
    probeLayers: otherType === -1 ? 1 : otherType + 1,
  })
}

function createLayers<Rows>(blocks: EncoderBlocks<Rows>, config: ModernBertConfig) {
  const { linear, add } = blocks
  const { hiddenSize, intermediateSize, headSize, thetas } = config
  const { maxPositionEmbeddings: maxTokens, numAttentionHeads: heads } = config
  const norm = (name: string, x: Rows) =>
    blocks.layerNorm(name, x, { width: hiddenSize, epsilon: config.layerNormEps, bias: config.normBias })

  function attention(name: string, x: Rows, type: LayerType): Rows {
    const fused = linear(`${name}.Wqkv`, x, {
      from: hiddenSize,
      to: 3 * hiddenSize,
      bias: config.attentionBias,
    })
    const [query, key, value] = blocks.splitColumns(fused, { width: hiddenSize, parts: 3 })
    const rotate = (rows: Rows) => blocks.rotate(rows, { headSize, theta: thetas[type], maxTokens })
    const window = type === 'sliding_attention' ? config.window : undefined
    const rows = { query: rotate(query!), key: rotate(key!), value: value! }
    const context = blocks.attention(rows, { heads, window })
    return linear(`${name}.Wo`, context, { from: hiddenSize, to: hiddenSize, bias: config.attentionBias })
  }

  /** GeGLU, https://arxiv.org/abs/2002.05202. */
  function feedForward(name: string, x: Rows): Rows {
    const up = linear(`${name}.Wi`, x, { from: hiddenSize, to: 2 * intermediateSize, bias: config.mlpBias })
    const [input, gate] = blocks.splitColumns(up, { width: intermediateSize, parts: 2 })
    const gated = blocks.multiply(blocks.activation(input!, config.hiddenAct), gate!)
    return linear(`${name}.Wo`, gated, { from: intermediateSize, to: hiddenSize, bias: config.mlpBias })
  }

  /**
   * Pre-norm: normalises before attention and before the feed-forward network. The first layer's input is normalised
   * already.
   */
  function layer(name: string, x: Rows, { type, isFirst }: { type: LayerType; isFirst: boolean }): Rows {
    const read = isFirst ? x : norm(`${name}.attn_norm`, x)
    const middle = add(x, attention(`${name}.attn`, read, type))
    return add(middle, feedForward(`${name}.mlp`, norm(`${name}.mlp_norm`, middle)))
  }

  return { norm, layer }
}
