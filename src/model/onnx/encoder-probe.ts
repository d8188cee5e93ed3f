/**
 * The probe: a small part of a model, with its own weights and widths, that shows whether a device computes correctly.
 */

import { createTensor, type Tensor } from '../../tensor/tensor.js'
import type { Encoder } from '../encoder.js'
import type { Weights, WeightTensor } from '../weights.js'
import { type EncoderGraphOptions, encoderGraph } from './encoder-graph.js'
import type { ModelProto } from './onnx-proto.js'

/** Size of the probe's vocabulary: enough for its few tokens to differ. */
const probeWords = 64

/**
 * Number of tokens of the probe. Kernels are chosen by length: onnxruntime-web 1.30 has one on WebGPU that is wrong
 * only beyond 32 tokens.
 */
const probeTokens = 128

/**
 * The first layers, with the first words of the vocabulary: every operator in its real width, in a fraction of the
 * memory.
 */
export function encoderProbeGraph({ encoder, weights, ...options }: EncoderGraphOptions): ModelProto {
  const vocabSize = Math.min(encoder.vocabSize, probeWords)
  const fewerWords: Weights = {
    has: weights.has,
    get(name, shape) {
      // Applies to the scales of quantised words as well, which are a separate tensor.
      if (!name.startsWith(`${encoder.wordEmbeddings}.`)) return weights.get(name, shape)
      return firstRows(weights.get(name, [encoder.vocabSize, ...shape.slice(1)]), vocabSize)
    },
  }
  const numHiddenLayers = Math.min(encoder.numHiddenLayers, encoder.probeLayers)
  const part = { vocabSize, numHiddenLayers }
  return encoderGraph({ ...options, encoder, part, weights: fewerWords, pooling: false })
}

/** Two texts of different lengths, so that the probe includes masking: int32 tensors of shape [2, tokens]. */
export function encoderProbeInputs(encoder: Encoder): Readonly<Record<string, Tensor<'int32'>>> {
  const tokens = Math.min(encoder.maxTokens, probeTokens)
  const words = Math.min(encoder.vocabSize, probeWords)
  const fill = (value: (position: number) => number) =>
    createTensor(
      'int32',
      Int32Array.from({ length: 2 * tokens }, (_, position) => value(position)),
      [2, tokens],
    )
  return {
    input_ids: fill((position) => (7 * position) % words),
    attention_mask: fill((position) => Number(position < 1.5 * tokens)), // the second text is half as long
    token_type_ids: fill((position) => (position % 2) % encoder.typeVocabSize),
  }
}

function firstRows(tensor: WeightTensor, rows: number): WeightTensor {
  const [allRows, ...width] = tensor.shape as [number, ...number[]]
  return { ...tensor, shape: [rows, ...width], byteLength: (tensor.byteLength / allRows) * rows }
}
