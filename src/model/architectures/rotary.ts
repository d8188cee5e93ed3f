/**
 * Rotary position embeddings, https://arxiv.org/abs/2104.09864: rotate queries and keys by angles that grow with the
 * position.
 */

import { BertEmbedError } from '../../errors.js'
import type { ConfigFields } from '../config/config-fields.js'
import type { EncoderBlocks } from '../onnx/encoder-blocks.js'
import type { Value } from '../onnx/graph-builder.js'

export interface RotaryOptions {
  /** Number of positions to compute angles for. */
  readonly maxTokens: number
  readonly headSize: number
  /** Base of the wavelengths, `rope_theta`. */
  readonly theta: number
}

/** Returns a function that rotates the queries or the keys of every head: (batch * tokens, hidden) to the same. */
export function createRotary(blocks: EncoderBlocks, options: RotaryOptions): (rows: Value) => Value {
  const { graph, shape } = blocks
  const { maxTokens, headSize, theta } = options
  // The angles depend on constants only, so ONNX Runtime computes them once, on the CPU: cos() of large angles is
  // inexact on GPUs.
  const range = [0, maxTokens, 1].map((value) => graph.floats([value], []))
  const positions = graph.op('Unsqueeze', [graph.op('Range', range), graph.ints([1])]) // (maxTokens, 1)
  const frequencies = graph.floats(inverseFrequencies(headSize, theta), [1, headSize / 2])
  const angles = graph.op('Mul', [positions, frequencies]) // (maxTokens, headDim / 2)
  const [cos, sin] = [graph.op('Cos', [angles]), graph.op('Sin', [angles])]
  return (rows) => {
    const x = graph.op('Reshape', [rows, shape]) // (batch, tokens, hidden)
    const turned = graph.microsoftOp('RotaryEmbedding', [x, graph.ints([0]), cos, sin])
    return graph.op('Reshape', [turned, graph.op('Shape', [rows])])
  }
}

/**
 * Reads theta from a config in the format of transformers 5.
 *
 * @param parameters The object `rope_parameters`, or its entry for one type of layer.
 * @throws {BertEmbedError} `UNSUPPORTED_MODEL` for scaled angles.
 */
export function readRopeTheta(parameters: ConfigFields | undefined, fallback: number): number {
  parameters?.oneOf('rope_type', 'default', ['default'])
  return readTheta(parameters, 'rope_theta', fallback)
}

/** @throws {BertEmbedError} `INVALID_CONFIG` */
export function readTheta(fields: ConfigFields | undefined, name: string, fallback: number): number {
  return fields?.number(name, fallback, { above: 1, below: 1e12 }) ?? fallback
}

/** @throws {BertEmbedError} `INVALID_CONFIG` for an odd head size. */
export function checkHeadSize(headSize: number, file: string): number {
  if (headSize % 2 === 0) return headSize
  throw new BertEmbedError(
    'INVALID_CONFIG',
    `${file}: heads of ${headSize} values cannot be turned by pairs; hidden_size is an odd multiple of num_attention_heads.`,
  )
}

/** 1 / theta^(2i / headSize). Rounds to float32 where PyTorch does: at position 8,000 the last bit matters. */
function inverseFrequencies(headSize: number, theta: number): number[] {
  return Array.from({ length: headSize / 2 }, (_, i) =>
    Math.fround(1 / Math.fround(theta ** Math.fround((2 * i) / headSize))),
  )
}
