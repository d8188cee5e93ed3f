/**
 * A layer of the original transformer (https://arxiv.org/abs/1706.03762, section 3.1), which BERT and most others use.
 */

import type { BertConfig } from '../config/bert-config.js'
import type { EncoderBlocks, RelativeBias } from '../encoder-blocks.js'

/** Names of the modules of a layer. */
export interface LayerNames {
  readonly query: string
  readonly key: string
  readonly value: string
  readonly output: string
  readonly attentionNorm: string
  readonly up: string
  readonly down: string
  readonly outputNorm: string
}

export interface LayersOptions {
  readonly config: LayerConfig
  /** Number of layers. */
  readonly layers: number
  readonly namesOf: (layer: number) => LayerNames
  readonly relativeBias?: RelativeBias | undefined
}

export interface LayerOptions extends Pick<LayersOptions, 'config' | 'relativeBias'> {
  readonly names: LayerNames
}

export type LayerConfig = Pick<
  BertConfig,
  'hiddenSize' | 'intermediateSize' | 'numAttentionHeads' | 'hiddenAct' | 'layerNormEps'
>

/** All layers, each with separate weights: (batch * tokens, hidden) to the same. */
export function postNormLayers<Rows>(
  blocks: EncoderBlocks<Rows>,
  embedded: Rows,
  { layers, namesOf, ...options }: LayersOptions,
): Rows {
  let x = embedded // (batch * tokens, hidden)
  for (let layer = 0; layer < layers; layer++)
    x = postNormLayer(blocks, x, { ...options, names: namesOf(layer) })
  return x
}

/** Attention, then the feed-forward network; after each, the residual is added and the sum normalised. */
export function postNormLayer<Rows>(
  blocks: EncoderBlocks<Rows>,
  x: Rows,
  { config, names, relativeBias }: LayerOptions,
): Rows {
  const { linear } = blocks
  const { hiddenSize, intermediateSize, numAttentionHeads: heads, layerNormEps: epsilon } = config
  const layerNorm = (name: string, rows: Rows) => blocks.layerNorm(name, rows, { width: hiddenSize, epsilon })
  const square = { from: hiddenSize, to: hiddenSize }

  const query = linear(names.query, x, square) // (batch * tokens, hidden)
  // A bias of the keys adds the same number to all scores of a query, and softmax ignores it.
  const key = linear(names.key, x, { ...square, bias: false, ignoresOffset: true })
  const value = linear(names.value, x, square)
  const context = blocks.attention({ query, key, value }, { heads, relativeBias })
  const attended = linear(names.output, context, { ...square, residual: x })
  const middle = layerNorm(names.attentionNorm, attended)

  const up = linear(names.up, middle, { from: hiddenSize, to: intermediateSize })
  const activated = blocks.activation(up, config.hiddenAct)
  const down = linear(names.down, activated, { from: intermediateSize, to: hiddenSize, residual: middle })
  return layerNorm(names.outputNorm, down)
}
