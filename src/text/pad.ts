/** Pads encodings of different lengths to the input tensors of a model. */

import { checkOneOf } from '../checks/check-one-of.js'
import { wrongKind } from '../checks/check-options.js'
import { ArgumentRangeError } from '../errors.js'
import { createTensor, type Tensor } from '../tensor/tensor.js'
import type { Encoding, PaddingSide, PadToken } from './encoding.js'

/** A batch: three tensors of shape [batch, tokens]. */
export interface PaddedBatch {
  readonly inputIds: Tensor<'int32'>
  /** 1 for a token of the text, 0 for padding. */
  readonly attentionMask: Tensor<'int32'>
  readonly tokenTypeIds: Tensor<'int32'>
}

/**
 * Pads encodings to the same length.
 *
 * @returns Tensors of shape [batch, tokens], where `tokens` is `length` or the length of the longest encoding.
 * @throws {ArgumentTypeError | ArgumentRangeError} `INVALID_OPTION` when `length` is not a whole number or is shorter
 *   than an encoding, and for an invalid `padToken` or `paddingSide`.
 * @example
 * padEncodings([tokenizer.encode('knight'), tokenizer.encode('In a village')], tokenizer)
 */
export function padEncodings(
  encodings: readonly Pick<Encoding, 'ids' | 'tokenTypeIds'>[],
  options: {
    readonly padToken: PadToken
    readonly paddingSide: PaddingSide
    /** Tokens per row. @default the length of the longest encoding */
    readonly length?: number | undefined
  },
): PaddedBatch {
  if (!Number.isSafeInteger(options?.padToken?.id))
    throw wrongKind('padToken', options?.padToken, 'a token with an id')
  const { padToken, paddingSide } = options
  checkOneOf('paddingSide', paddingSide, ['left', 'right'])
  const longest = encodings.reduce((length, { ids }) => Math.max(length, ids.length), 0)
  const tokens = options.length ?? longest
  if (!Number.isSafeInteger(tokens) || tokens < longest)
    throw new ArgumentRangeError(
      'INVALID_OPTION',
      `length is ${tokens}, but the longest text has ${longest} tokens: use a whole number of at least ${longest}.`,
    )
  const shape = [encodings.length, tokens]
  const inputIds = new Int32Array(encodings.length * tokens).fill(padToken.id)
  const attentionMask = new Int32Array(inputIds.length)
  const tokenTypeIds = new Int32Array(inputIds.length).fill(padToken.typeId)
  encodings.forEach((encoding, row) => {
    const start = row * tokens + (paddingSide === 'left' ? tokens - encoding.ids.length : 0)
    inputIds.set(encoding.ids, start)
    attentionMask.fill(1, start, start + encoding.ids.length)
    tokenTypeIds.set(encoding.tokenTypeIds, start)
  })
  return {
    inputIds: createTensor('int32', inputIds, shape),
    attentionMask: createTensor('int32', attentionMask, shape),
    tokenTypeIds: createTensor('int32', tokenTypeIds, shape),
  }
}
