/**
 * The BERT encoder as an ONNX graph, in the order of the paper (https://arxiv.org/abs/1810.04805).
 *
 * The weights are not in it: each initializer names the stretch of the safetensors file that holds it, so that
 * ONNX Runtime maps the published file in place.
 */

import type { BertConfig } from '../bert-config.js'
import type { ConvertedDtype } from '../weight-forms.js'
import type { Weights } from '../weights.js'
import { activations } from './activations.js'
import { createGraphBuilder, float, type GraphBuilder, type Value } from './graph-builder.js'
import { type LinearLayers, linearLayers } from './linear-layers.js'
import { type ModelProto, onnxDataType } from './onnx-proto.js'
import { type AttentionKeys, paddedKeys, unpaddedKeys } from './padded-keys.js'
import { addPooling } from './pooling-outputs.js'
import { createWeightLoader, type WeightLoader } from './weight-loader.js'

export interface BertGraphOptions {
  readonly config: BertConfig
  readonly weights: Weights
  /** How the backend finds a weight file: the `location` that ONNX Runtime is given for it. */
  readonly locate: (file: string) => string
  /** Where the graph will run, for which operators are chosen. */
  readonly device?: string | undefined
  /** The numbers the matrices are kept in. @default 'fp32' */
  readonly dtype?: ConvertedDtype | undefined
  /** Whether pooling is part of the graph, with an input and outputs of its own. @default true */
  readonly pooling?: boolean | undefined
}

/** Inputs and output of the graph; the inputs are int32 [batch, tokens], the output float32 [batch, tokens, hidden]. */
export const bertInputs = ['input_ids', 'attention_mask', 'token_type_ids'] as const
export const bertOutput = 'last_hidden_state'

/**
 * The graph of a BERT encoder. Throws what {@link Weights.get} throws when the checkpoint does not fit its config.
 */
export function bertGraph({
  config,
  weights,
  locate,
  device,
  dtype = 'fp32',
  pooling = true,
}: BertGraphOptions): ModelProto {
  const graph = createGraphBuilder()
  const weight = createWeightLoader(graph, weights, locate)
  const layers = linearLayers[dtype]({ graph, weight, device })

  const [inputIds, attentionMask, tokenTypeIds] = bertInputs.map((name) =>
    graph.input(name, 'int32', ['batch', 'tokens']),
  ) as [Value, Value, Value]
  const shape = graph.op('Concat', [graph.op('Shape', [inputIds]), graph.ints([config.hiddenSize])], {
    axis: 0,
  })
  // Where rounding could make a small difference large, there is to be none at all; WebGPU's sums have their own order.
  const isRounding = (dtype === 'q8' || dtype === 'q4') && device !== 'webgpu'
  const keys = isRounding ? paddedKeys(graph, inputIds) : unpaddedKeys
  const bert = createBertLayers({ graph, config, weight, layers, device, keys })
  const attentionBias = bert.attentionBias(attentionMask)

  let x = bert.embeddings(inputIds, tokenTypeIds) // (batch * tokens, hidden)
  for (let layer = 0; layer < config.numHiddenLayers; layer++) {
    x = bert.selfAttention(`encoder.layer.${layer}.attention`, { x, attentionBias, shape })
    x = bert.feedForward(`encoder.layer.${layer}`, x)
  }
  const lastHiddenState = graph.op('Reshape', [x, shape]) // (batch, tokens, hidden)

  graph.output(bertOutput, lastHiddenState, 'float32', ['batch', 'tokens', config.hiddenSize])
  if (pooling) addPooling(graph, { lastHiddenState, attentionMask, hiddenSize: config.hiddenSize })
  return graph.build('bert')
}

interface BertLayersOptions {
  readonly graph: GraphBuilder
  readonly config: BertConfig
  readonly weight: WeightLoader
  readonly layers: LinearLayers
  readonly device: string | undefined
  readonly keys: AttentionKeys
}

type AttentionInputs = [query: Value, key: Value, value: Value, { attentionBias: Value; shape: Value }]

function createBertLayers({ graph, config, weight, layers, device, keys }: BertLayersOptions) {
  const { hiddenSize, intermediateSize, numAttentionHeads } = config
  const { linear, lookUp } = layers
  // The fused operator of onnxruntime-web 1.30 goes wrong on WebGPU by 0.1 and more, from 32 tokens on.
  const attention = device === 'webgpu' ? plainAttention : fusedAttention

  function layerNorm(name: string, x: Value): Value {
    const scale = weight(`${name}.weight`, [hiddenSize])
    const bias = weight(`${name}.bias`, [hiddenSize])
    return graph.op('LayerNormalization', [x, scale, bias], { axis: -1, epsilon: float(config.layerNormEps) })
  }

  /** Scaled dot-product attention in one operator. */
  function fusedAttention(...[query, key, value, { attentionBias, shape }]: AttentionInputs): Value {
    const [q, k, v] = [query, key, value].map((rows) => graph.op('Reshape', [rows, shape])) as [
      Value,
      Value,
      Value,
    ]
    const inputs = [q, keys.rows(k), keys.rows(v), '' /* bias */, '' /* key_padding_mask */, attentionBias]
    return graph.microsoftOp('MultiHeadAttention', inputs, { num_heads: numAttentionHeads }) // (batch, tokens, hidden)
  }

  /** softmax(Q K^T / sqrt(headDim) + bias) V, written out (https://arxiv.org/abs/1706.03762, section 3.2.1). */
  function plainAttention(...[query, key, value, { attentionBias, shape }]: AttentionInputs): Value {
    const headSize = hiddenSize / numAttentionHeads
    const rowsOf = graph.op('Slice', [shape, graph.ints([0]), graph.ints([2])]) // [batch, tokens]
    const perHead = graph.op('Concat', [rowsOf, graph.ints([numAttentionHeads, headSize])], { axis: 0 })
    const heads = (rows: Value, perm: readonly number[]) =>
      graph.op('Transpose', [graph.op('Reshape', [rows, perHead])], { perm })
    const products = graph.op('MatMul', [heads(query, [0, 2, 1, 3]), heads(key, [0, 2, 3, 1])]) // (batch, heads, tokens, tokens)
    const scaled = graph.op('Mul', [products, graph.floats([1 / Math.sqrt(headSize)])])
    const weights = graph.op('Softmax', [graph.op('Add', [scaled, attentionBias])], { axis: -1 })
    const context = graph.op('MatMul', [weights, heads(value, [0, 2, 1, 3])]) // (batch, heads, tokens, headDim)
    return graph.op('Transpose', [context], { perm: [0, 2, 1, 3] }) // (batch, tokens, heads, headDim)
  }

  return {
    /** Word + position + token type, then LayerNorm. Rows of all texts stand under each other from here on. */
    embeddings(inputIds: Value, tokenTypeIds: Value): Value {
      const table = (rows: number) => ({ rows, width: hiddenSize })
      const words = lookUp('embeddings.word_embeddings', inputIds, table(config.vocabSize)) // (batch, tokens, hidden)
      const types = lookUp('embeddings.token_type_embeddings', tokenTypeIds, table(config.typeVocabSize))
      const tokens = graph.op('Shape', [inputIds], { start: 1, end: 2 })
      const positionShape = [config.maxPositionEmbeddings, hiddenSize]
      const allPositions = weight('embeddings.position_embeddings.weight', positionShape)
      const positions = graph.op('Slice', [allPositions, graph.ints([0]), tokens]) // (tokens, hidden)
      const sum = graph.op('Add', [graph.op('Add', [words, types]), positions])
      const rows = graph.op('Reshape', [sum, graph.ints([-1, hiddenSize])]) // (batch * tokens, hidden)
      return layerNorm('embeddings.LayerNorm', rows)
    },

    /** What to add to the attention scores: 0 where the mask is 1, the lowest float32 where it is 0. */
    attentionBias(attentionMask: Value): Value {
      const keyMask = keys.mask(attentionMask) // (batch, keys)
      const mask = graph.op('Cast', [keyMask], { to: onnxDataType.float32 })
      const masked = graph.op('Sub', [graph.floats([1]), mask])
      const bias = graph.op('Mul', [masked, graph.floats([lowestFloat32])]) // (batch, keys)
      const perKey = graph.op('Unsqueeze', [bias, graph.ints([1, 2])]) // (batch, 1, 1, keys)
      const batch = graph.op('Shape', [attentionMask], { start: 0, end: 1 })
      const tokens = graph.op('Shape', [attentionMask], { start: 1, end: 2 })
      const keyCount = graph.op('Shape', [keyMask], { start: 1, end: 2 })
      const full = graph.op('Concat', [batch, graph.ints([1]), tokens, keyCount], { axis: 0 })
      return graph.op('Expand', [perKey, full]) // (batch, 1, tokens, keys)
    },

    /** Multi-head self-attention, its output projection, and the residual connection. */
    selfAttention(name: string, inputs: { x: Value; attentionBias: Value; shape: Value }): Value {
      const { x, attentionBias, shape } = inputs
      const square = { from: hiddenSize, to: hiddenSize }
      const [query, key, value] = ['query', 'key', 'value'].map((part) =>
        linear(`${name}.self.${part}`, x, square),
      ) as [Value, Value, Value] // each (batch * tokens, hidden)
      const context = attention(query, key, value, { attentionBias, shape })
      const rows = graph.op('Reshape', [context, graph.ints([-1, hiddenSize])]) // (batch * tokens, hidden)
      const projected = linear(`${name}.output.dense`, rows, square)
      return layerNorm(`${name}.output.LayerNorm`, graph.op('Add', [projected, x]))
    },

    /** The position-wise feed-forward network and the residual connection. */
    feedForward(name: string, x: Value): Value {
      const up = linear(`${name}.intermediate.dense`, x, { from: hiddenSize, to: intermediateSize })
      const activated = activations[config.hiddenAct](graph, up)
      const down = linear(`${name}.output.dense`, activated, { from: intermediateSize, to: hiddenSize })
      return layerNorm(`${name}.output.LayerNorm`, graph.op('Add', [down, x]))
    },
  }
}

/** What PyTorch adds to masked scores (`torch.finfo(torch.float32).min`): exp() of it is exactly 0. */
const lowestFloat32 = -3.4028234663852886e38
