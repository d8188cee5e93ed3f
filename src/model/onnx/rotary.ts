/** Rotary position embeddings, https://arxiv.org/abs/2104.09864, as operators. */

import type { EncoderBlocks } from '../encoder-blocks.js'
import { inverseFrequencies, type RotaryAngles } from '../rotary-angles.js'
import type { GraphBuilder, Value } from './graph-builder.js'
import type { GraphContext } from './graph-context.js'

interface CosinesAndSines {
  /** (maxTokens, headDim / 2) */
  readonly cos: Value
  readonly sin: Value
}

/** Layers with the same angles share their cosines and sines. */
export function createRotary({
  graph,
  shape,
}: Pick<GraphContext, 'graph' | 'shape'>): EncoderBlocks<Value>['rotate'] {
  const known = new Map<string, CosinesAndSines>()

  function turnsOf(angles: RotaryAngles): CosinesAndSines {
    const key = `${angles.headSize} ${angles.theta} ${angles.maxTokens}`
    const turns = known.get(key) ?? cosinesAndSines(graph, angles)
    known.set(key, turns)
    return turns
  }

  return (rows, angles) => {
    const { cos, sin } = turnsOf(angles)
    const x = graph.op('Reshape', [rows, shape]) // (batch, tokens, hidden)
    const turned = graph.microsoftOp('RotaryEmbedding', [x, graph.ints([0]), cos, sin])
    return graph.op('Reshape', [turned, graph.op('Shape', [rows])]) // (batch * tokens, hidden)
  }
}

/**
 * The angles depend on constants only, so ONNX Runtime computes them once, on the CPU: cos() of large angles is inexact
 * on GPUs.
 */
function cosinesAndSines(graph: GraphBuilder, angles: RotaryAngles): CosinesAndSines {
  const range = [0, angles.maxTokens, 1].map((value) => graph.floats([value], []))
  const positions = graph.op('Unsqueeze', [graph.op('Range', range), graph.ints([1])]) // (maxTokens, 1)
  const frequencies = graph.floats(inverseFrequencies(angles), [1, angles.headSize / 2])
  const product = graph.op('Mul', [positions, frequencies]) // (maxTokens, headDim / 2)
  return { cos: graph.op('Cos', [product]), sin: graph.op('Sin', [product]) }
}
