/** Scaled dot-product attention (https://arxiv.org/abs/1706.03762, section 3.2), as a fused operator or written out. */

import type { AttentionRows } from '../encoder-blocks.js'
import type { DeviceTraits } from './device-traits.js'
import type { GraphBuilder, Value } from './graph-builder.js'
import type { AttentionKeys } from './padded-keys.js'

export interface AttentionScores {
  readonly heads: number
  /** Bias that is added to the scores: (batch or 1, heads or 1, tokens, keys). */
  readonly bias: Value
}

export type Attention = (rows: AttentionRows<Value>, scores: AttentionScores) => Value

/** The parts of a graph that attention needs. */
export interface AttentionContext {
  readonly graph: GraphBuilder
  /** int64 [batch, tokens, hidden] */
  readonly shape: Value
  readonly keys: AttentionKeys
  readonly traits: DeviceTraits
  readonly hiddenSize: number
}

export function createAttention(context: AttentionContext): Attention {
  const { graph, hiddenSize } = context
  const attention = attentionFor(context)
  return (rows, scores) => graph.op('Reshape', [attention(rows, scores), graph.ints([-1, hiddenSize])]) // (batch * tokens, hidden)
}

function attentionFor(context: AttentionContext): Attention {
  const { graph, traits } = context
  if (!traits.fusedAttention) return plainAttention(context)
  // Attention reads the heads in place, and normalises scores while they are cached. MultiHeadAttention has kernels for
  // more devices.
  return fusedAttention(context, (query, key, value, { heads, bias }) =>
    graph.opset >= 23
      ? graph.op('Attention', [query, key, value, bias], { q_num_heads: heads, kv_num_heads: heads })
      : graph.microsoftOp('MultiHeadAttention', [query, key, value, '', '', bias], { num_heads: heads }),
  )
}

type FusedOperator = (query: Value, key: Value, value: Value, scores: AttentionScores) => Value

function fusedAttention({ graph, keys, shape }: AttentionContext, operator: FusedOperator): Attention {
  return ({ query, key, value }, scores) => {
    const [q, k, v] = [query, key, value].map((rows) => graph.op('Reshape', [rows, shape])) as [
      Value,
      Value,
      Value,
    ]
    return operator(q, keys.rows(k), keys.rows(v), scores) // (batch, tokens, hidden)
  }
}

/** softmax(Q K^T / sqrt(headDim) + bias) V */
function plainAttention({ graph, hiddenSize, shape }: AttentionContext): Attention {
  return ({ query, key, value }, { heads, bias }) => {
    const headSize = hiddenSize / heads
    const rowsOf = graph.op('Slice', [shape, graph.ints([0]), graph.ints([2])]) // [batch, tokens]
    const perHead = graph.op('Concat', [rowsOf, graph.ints([heads, headSize])], { axis: 0 })
    const split = (rows: Value, perm: readonly number[]) =>
      graph.op('Transpose', [graph.op('Reshape', [rows, perHead])], { perm })
    const products = graph.op('MatMul', [split(query, [0, 2, 1, 3]), split(key, [0, 2, 3, 1])]) // (batch, heads, tokens, tokens)
    const scaled = graph.op('Mul', [products, graph.floats([1 / Math.sqrt(headSize)])])
    const weights = graph.op('Softmax', [graph.op('Add', [scaled, bias])], { axis: -1 })
    const context = graph.op('MatMul', [weights, split(value, [0, 2, 1, 3])]) // (batch, heads, tokens, headDim)
    return graph.op('Transpose', [context], { perm: [0, 2, 1, 3] }) // (batch, tokens, heads, headDim)
  }
}
