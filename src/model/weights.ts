/** Finds a checkpoint's tensors by parameter name, under any prefix or old spelling, in any of its files. */

import { BertEmbedError } from '../errors.js'
import type { SafetensorsTensor } from './safetensors/safetensors.js'

/** One tensor, as a byte range of one of the checkpoint's files. */
export interface WeightTensor extends SafetensorsTensor {
  /** Name of the file within the checkpoint, such as `model.safetensors`. */
  readonly file: string
}

export interface Weights {
  /**
   * The tensor of a parameter.
   *
   * @throws {BertEmbedError} `MISSING_TENSOR` when no file contains it, `INVALID_WEIGHTS` when its shape or dtype does
   * not fit.
   */
  get(name: string, shape: readonly number[]): WeightTensor
  /** Whether any file contains the tensor of a parameter. */
  has(name: string): boolean
}

/** The dtypes of published weights that a graph can read. */
const supportedDtypes: readonly string[] = ['F32', 'F16', 'BF16']

/**
 * Finds parameters by the names that they have in transformers' model without a head. Checkpoints saved from a model
 * with a head add a prefix. Checkpoints converted from TensorFlow call a LayerNorm's weight and bias `gamma` and
 * `beta`.
 *
 * @param prefix The encoder's, see {@link Encoder.prefix}.
 */
export function createWeights(tensors: ReadonlyMap<string, WeightTensor>, prefix: string): Weights {
  return {
    get(name, shape) {
      const tensor = findTensor(tensors, name, prefix)
      if (!tensor) throw missingTensor(name, tensors)
      checkWeight(tensor, shape)
      return tensor
    },
    has: (name) => findTensor(tensors, name, prefix) !== undefined,
  }
}

export function missingTensor(name: string, tensors: ReadonlyMap<string, unknown>): BertEmbedError {
  return new BertEmbedError(
    'MISSING_TENSOR',
    `The checkpoint has no tensor ${name}, with or without a prefix such as bert., among its ${tensors.size} tensors.`,
  )
}

/**
 * The tensor of a parameter, under any of its spellings. BERT's prefix is always tried: NomicBERT's own code, for
 * example, calls its encoder `bert`.
 */
export function findTensor<T>(tensors: ReadonlyMap<string, T>, name: string, prefix: string): T | undefined {
  const old = name
    .replace(/LayerNorm\.weight$/, 'LayerNorm.gamma')
    .replace(/LayerNorm\.bias$/, 'LayerNorm.beta')
  const spellings = ['', prefix, 'bert.'].flatMap((start) => [start + name, start + old])
  const found = spellings.find((spelling) => tensors.has(spelling))
  return found === undefined ? undefined : tensors.get(found)
}

/**
 * @throws {BertEmbedError} `INVALID_WEIGHTS` for a dtype that a graph cannot read, or a shape that config.json
 * contradicts.
 */
export function checkWeight(tensor: WeightTensor, shape: readonly number[]): void {
  if (!supportedDtypes.includes(tensor.dtype))
    throw new BertEmbedError(
      'INVALID_WEIGHTS',
      `${tensor.file}: ${tensor.name} is ${tensor.dtype}; supported: ${supportedDtypes.join(', ')}.`,
    )
  if (tensor.shape.length !== shape.length || tensor.shape.some((size, axis) => size !== shape[axis]))
    throw new BertEmbedError(
      'INVALID_WEIGHTS',
      `${tensor.file}: ${tensor.name} has shape [${tensor.shape.join(', ')}], ` +
        `but config.json makes it [${shape.join(', ')}].`,
    )
}
