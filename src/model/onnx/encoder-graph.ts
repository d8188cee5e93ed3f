/**
 * An encoder as an ONNX graph.
 *
 * The weights are not in it: each initializer names the stretch of the safetensors file that holds it, so that
 * ONNX Runtime maps the published file in place.
 */

import type { Encoder, EncoderPart } from '../encoder.js'
import type { Weights } from '../weights.js'
import { traitsOf } from './device-traits.js'
import { createEncoderBlocks, type EncoderInputs } from './encoder-blocks.js'
import { createGraphBuilder, type GraphBuilder, type Value } from './graph-builder.js'
import { floatLayers, type LayersOf } from './linear-layers.js'
import type { ModelProto } from './onnx-proto.js'
import { unpaddedKeys } from './padded-keys.js'
import { addPooling } from './pooling-outputs.js'
import { createWeightLoader } from './weight-loader.js'

export interface EncoderGraphOptions {
  readonly encoder: Encoder
  readonly weights: Weights
  /** How the backend finds a weight file: the `location` that ONNX Runtime is given for it. */
  readonly locate: (file: string) => string
  /** Where the graph will run, for which operators are chosen. */
  readonly device?: string | undefined
  /** What computes with these weights. @default floatLayers */
  readonly layersOf?: LayersOf | undefined
  /** How much of the encoder. @default all of it */
  readonly part?: EncoderPart | undefined
  /** Whether pooling is part of the graph, with an input and outputs of its own. @default true */
  readonly pooling?: boolean | undefined
  /**
   * Whether the largest values are one of the outputs. ONNX Runtime computes all there are, whichever are asked for.
   *
   * @default false
   */
  readonly maxPooling?: boolean | undefined
}

/**
 * Inputs and output of the graph of every architecture; the inputs are int32 [batch, tokens], the output float32
 * [batch, tokens, hidden].
 */
export const encoderInputs = ['input_ids', 'attention_mask', 'token_type_ids'] as const
export const encoderOutput = 'last_hidden_state'

/** Throws what {@link Weights.get} throws when the checkpoint does not fit its config. */
export function encoderGraph({
  encoder,
  weights,
  locate,
  device,
  layersOf = floatLayers,
  part = encoder,
  pooling = true,
  maxPooling = false,
}: EncoderGraphOptions): ModelProto {
  const traits = traitsOf(device)
  const graph = createGraphBuilder(traits.opset)
  const weight = createWeightLoader(graph, weights, locate)
  const layers = layersOf({ graph, weight, has: weights.has })
  const inputs = addInputs(graph)
  const { attentionMask, inputIds } = inputs
  const { hiddenSize } = encoder
  const keys = layers.keysOf?.(inputIds) ?? unpaddedKeys
  const blocks = createEncoderBlocks({ graph, inputs, weight, layers, traits, keys, hiddenSize })

  const rows = encoder.lastHiddenState(blocks, part)
  const lastHiddenState = graph.op('Reshape', [rows, blocks.shape]) // (batch, tokens, hidden)
  graph.output(encoderOutput, lastHiddenState, 'float32', ['batch', 'tokens', hiddenSize])
  if (pooling) addPooling(graph, { lastHiddenState, attentionMask, hiddenSize, maxPooling })
  return graph.build('encoder')
}

/** All three, whether an architecture takes token types or not. */
export function addInputs(graph: GraphBuilder): EncoderInputs {
  const [inputIds, attentionMask, tokenTypeIds] = encoderInputs.map((name) =>
    graph.input(name, 'int32', ['batch', 'tokens']),
  ) as [Value, Value, Value]
  return { inputIds, attentionMask, tokenTypeIds }
}
