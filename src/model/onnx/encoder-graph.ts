/**
 * Start here: builds an encoder as an ONNX graph.
 *
 * The graph does not contain the weights. Each initializer names the byte range of the safetensors file that holds it,
 * and ONNX Runtime maps the published file in place.
 */

import type { Encoder, EncoderPart } from '../encoder.js'
import { encoderInputs, encoderOutput } from '../encoder-tensors.js'
import type { Weights } from '../weights.js'
import { traitsOf } from './device-traits.js'
import { createGraphBlocks } from './graph-blocks.js'
import { createGraphBuilder, type GraphBuilder, type Value } from './graph-builder.js'
import type { EncoderInputs } from './graph-context.js'
import { floatLayers, type LayersOf } from './linear-layers.js'
import type { ModelProto } from './onnx-proto.js'
import { unpaddedKeys } from './padded-keys.js'
import { addPooling } from './pooling-outputs.js'
import { createWeightLoader } from './weight-loader.js'

export interface EncoderGraphOptions {
  readonly encoder: Encoder
  readonly weights: Weights
  /** The `location` by which ONNX Runtime finds a weight file. */
  readonly locate: (file: string) => string
  /** Device that the graph will run on. It decides which operators are used. */
  readonly device?: string | undefined
  /** Makes the layers that compute with these weights. @default floatLayers */
  readonly layersOf?: LayersOf | undefined
  /** The part of the encoder to build. @default all of it */
  readonly part?: EncoderPart | undefined
  /** Whether the graph includes pooling, with one more input and more outputs. @default true */
  readonly pooling?: boolean | undefined
  /**
   * Whether the graph outputs the maximum over the tokens. ONNX Runtime computes all outputs of a graph, including
   * those that a run does not request.
   *
   * @default false
   */
  readonly maxPooling?: boolean | undefined
}

/** Throws the errors of {@link Weights.get} when the checkpoint does not fit its config. */
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
  const ids = graph.op('Shape', [inputIds]) // [batch, tokens]
  const shape = graph.op('Concat', [ids, graph.ints([hiddenSize])], { axis: 0 }) // [batch, tokens, hidden]
  const context = { graph, inputs, weight, shape, layers, traits, keys, hiddenSize }

  const rows = encoder.lastHiddenState(createGraphBlocks(context), part)
  const lastHiddenState = graph.op('Reshape', [rows, shape]) // (batch, tokens, hidden)
  graph.output(encoderOutput, lastHiddenState, 'float32', ['batch', 'tokens', hiddenSize])
  if (pooling) addPooling(graph, { lastHiddenState, attentionMask, hiddenSize, maxPooling })
  return graph.build('encoder')
}

/** Adds all three inputs, also for an architecture without token types. */
export function addInputs(graph: GraphBuilder): EncoderInputs {
  const [inputIds, attentionMask, tokenTypeIds] = encoderInputs.map((name) =>
    graph.input(name, 'int32', ['batch', 'tokens']),
  ) as [Value, Value, Value]
  return { inputIds, attentionMask, tokenTypeIds }
}
