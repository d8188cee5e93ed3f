/** ModernBERT, https://arxiv.org/abs/2412.13663: rotary positions, and layers with full or sliding attention. */

import type { ConfigFields } from '../config/config-fields.js'
import type { ArchitectureEncoder } from '../encoder.js'
import { activations } from '../onnx/activations.js'
import type { EncoderBlocks } from '../onnx/encoder-blocks.js'
import { lowestFloat32, type Value } from '../onnx/graph-builder.js'
import { encoderOf } from './encoder-of.js'
import { keyDistances, splitColumns } from './graph-helpers.js'
import { type LayerType, type ModernBertConfig, readModernBertConfig } from './modernbert-config.js'
import { createRotary } from './rotary.js'

/** @throws {BertEmbedError} `UNSUPPORTED_MODEL`, `INVALID_CONFIG` */
export function createEncoder(fields: ConfigFields): ArchitectureEncoder {
  const config = readModernBertConfig(fields)
  const { types } = config
  const otherType = types.findIndex((type) => type !== types[0])
  const lastHiddenState: ArchitectureEncoder['lastHiddenState'] = (blocks, part) => {
    const layers = createLayers(blocks, config)
    let x = layers.embeddings(part.vocabSize)
    for (const [layer, type] of types.slice(0, part.numHiddenLayers).entries())
      x = layers.layer(`layers.${layer}`, x, { type, isFirst: layer === 0 })
    return layers.norm('final_norm', x)
  }
  return encoderOf(config, lastHiddenState, {
    wordEmbeddings: 'embeddings.tok_embeddings',
    probeLayers: otherType === -1 ? 1 : otherType + 1,
  })
}

function createLayers(blocks: EncoderBlocks, config: ModernBertConfig) {
  const { graph, linear, maskBias } = blocks
  const { hiddenSize, intermediateSize, headSize, window } = config
  const { maxPositionEmbeddings: maxTokens, numAttentionHeads: heads } = config
  const norm = (name: string, x: Value) =>
    blocks.layerNorm(name, x, { width: hiddenSize, epsilon: config.layerNormEps, bias: config.normBias })

  /** For each type of layer, its attention bias and its rotary embedding. */
  const byType = new Map<LayerType, { readonly bias: Value; readonly rotate: (rows: Value) => Value }>()
  for (const type of new Set(config.types)) {
    const theta = config.thetas[type]
    const bias = type === 'full_attention' ? maskBias : localBias(blocks, window)
    byType.set(type, { bias, rotate: createRotary(blocks, { maxTokens, headSize, theta }) })
  }

  function attention(name: string, x: Value, type: LayerType): Value {
    const { bias, rotate } = byType.get(type)!
    const fused = linear(`${name}.Wqkv`, x, {
      from: hiddenSize,
      to: 3 * hiddenSize,
      bias: config.attentionBias,
    })
    const [query, key, value] = splitColumns(blocks, fused, { width: hiddenSize, parts: 3 }) as [
      Value,
      Value,
      Value,
    ]
    const context = blocks.attention({ query: rotate(query), key: rotate(key), value }, { heads, bias })
    return linear(`${name}.Wo`, context, { from: hiddenSize, to: hiddenSize, bias: config.attentionBias })
  }

  /** GeGLU, https://arxiv.org/abs/2002.05202. */
  function feedForward(name: string, x: Value): Value {
    const up = linear(`${name}.Wi`, x, { from: hiddenSize, to: 2 * intermediateSize, bias: config.mlpBias })
    const [input, gate] = splitColumns(blocks, up, { width: intermediateSize, parts: 2 }) as [Value, Value]
    const gated = graph.op('Mul', [activations[config.hiddenAct].apply(graph, input), gate])
    return linear(`${name}.Wo`, gated, { from: intermediateSize, to: hiddenSize, bias: config.mlpBias })
  }

  return {
    norm,
    embeddings(vocabSize: number): Value {
      const table = { rows: vocabSize, width: hiddenSize }
      const words = blocks.lookUp('embeddings.tok_embeddings', blocks.inputs.inputIds, table)
      const rows = graph.op('Reshape', [words, graph.ints([-1, hiddenSize])]) // (batch * tokens, hidden)
      return norm('embeddings.norm', rows)
    },
    /**
     * Pre-norm: normalises before attention and before the feed-forward network. The first layer's input is normalised
     * already.
     */
    layer(name: string, x: Value, { type, isFirst }: { type: LayerType; isFirst: boolean }): Value {
      const read = isFirst ? x : norm(`${name}.attn_norm`, x)
      const middle = graph.op('Add', [x, attention(`${name}.attn`, read, type)])
      return graph.op('Add', [middle, feedForward(`${name}.mlp`, norm(`${name}.mlp_norm`, middle))])
    },
  }
}

/**
 * The attention bias of a layer with sliding attention: the mask's bias for keys within the window, the lowest float32
 * for others; (batch, 1, tokens, keys). A padding token attends at least to itself, because operators differ in the
 * softmax of a row that is fully masked.
 */
function localBias(blocks: EncoderBlocks, window: number): Value {
  const { graph, maskBias } = blocks
  const distances = graph.op('Abs', [keyDistances(blocks)]) // (tokens, keys)
  const isWithin = (distance: number) => graph.op('LessOrEqual', [distances, graph.floats([distance], [])])
  const near = graph.op('Where', [isWithin(window), maskBias, graph.floats([lowestFloat32], [])])
  return graph.op('Where', [isWithin(0), graph.floats([0], []), near])
}
