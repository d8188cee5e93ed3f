/** Pooling: from a text's token vectors to one vector, with the names and definitions of sentence-transformers. */

import { checkBoolean, checkOptions, type OptionChecks } from '../checks/check-options.js'
import { ArgumentRangeError } from '../errors.js'
import { checkTensor } from './check-tensor.js'
import { normalizeRows } from './l2-normalize.js'
import { poolTokens } from './pooling-kernels.js'
import { checkPooling, type Pooling, type PoolingMode, toPoolingModes } from './pooling-modes.js'
import type { LastHiddenState, Tensor } from './tensor.js'

/** Marks the tokens, shape [batch, tokens]: 0 is padding, every other value is a token. */
export type AttentionMask = Tensor<'int32' | 'int64' | 'uint8'>

/** Options of every pooling function. */
export interface PoolingOptions {
  /** Scale each pooled vector to length 1. @default false */
  readonly normalize?: boolean | undefined
}

/** Options of {@link clsPooling}. */
export interface ClsPoolingOptions extends PoolingOptions {
  /** Only needed for batches that are padded on the left, where the first token is not at position 0. */
  readonly attentionMask?: AttentionMask | undefined
}

/** Options of {@link pool}. */
export interface PoolOptions extends PoolingOptions {
  /** One mode, or a list of modes whose vectors are concatenated. */
  readonly pooling: Pooling
}

const poolingOptions: OptionChecks<PoolingOptions> = { normalize: checkBoolean }

const clsPoolingOptions: OptionChecks<ClsPoolingOptions> = {
  normalize: checkBoolean,
  attentionMask: (_, value) => checkMask(value as AttentionMask),
}

const poolOptions: OptionChecks<PoolOptions> = { normalize: checkBoolean, pooling: checkPooling }

/**
 * The first token's vector ([CLS] in BERT): [batch, tokens, hidden] -> [batch, hidden].
 *
 * @throws {ArgumentTypeError | ArgumentRangeError} `INVALID_TENSOR`, see {@link pool}.
 * @example
 * const { lastHiddenState } = await embedder.forward(['knight', 'squire'])
 * clsPooling(lastHiddenState, { normalize: true }).shape // [2, 768]
 */
export function clsPooling(
  lastHiddenState: LastHiddenState,
  options: ClsPoolingOptions = {},
): Tensor<'float32'> {
  checkOptions('clsPooling', options, clsPoolingOptions)
  return poolModes(lastHiddenState, options.attentionMask, ['cls'], options)
}

/**
 * The average of the tokens that the mask marks: [batch, tokens, hidden] -> [batch, hidden].
 *
 * @throws {ArgumentTypeError | ArgumentRangeError} `INVALID_TENSOR`, see {@link pool}.
 * @example
 * const { lastHiddenState, attentionMask } = await embedder.forward(['knight', 'squire'])
 * meanPooling(lastHiddenState, attentionMask).shape // [2, 768]
 */
export function meanPooling(
  lastHiddenState: LastHiddenState,
  attentionMask: AttentionMask,
  options: PoolingOptions = {},
): Tensor<'float32'> {
  checkOptions('meanPooling', options, poolingOptions)
  return poolModes(lastHiddenState, checkMask(attentionMask), ['mean'], options)
}

/**
 * Pools by name: [batch, tokens, hidden] -> [batch, hidden * modes]. The modes are those of sentence-transformers:
 *
 * - `cls`: the first token's vector.
 * - `mean`: the average of the tokens that the mask marks.
 * - `max`: the largest value of each dimension.
 * - `mean_sqrt_len_tokens`: the sum of the tokens divided by the square root of their number.
 * - `weightedmean`: the average weighted by position, where the first position of the row counts 1. Padding on the left
 *   moves the positions, so a text padded there gets other weights, as in sentence-transformers.
 * - `lasttoken`: the last marked token's vector, on whichever side the padding is.
 *
 * The results are equal to those of sentence-transformers' Pooling module, with two exceptions. Padding is never read,
 * so NaN or Infinity in it cannot reach the result. A text whose mask marks no token gets zeros in every mode, where
 * sentence-transformers returns -Infinity for `max` and the first padding token for `cls`.
 *
 * @throws {ArgumentTypeError} `INVALID_TENSOR` when an argument is not a tensor of the right dtype.
 * @throws {ArgumentRangeError} `INVALID_TENSOR` when the shapes do not match.
 * @throws {ArgumentTypeError | ArgumentRangeError} `INVALID_OPTION`, also when a pooling name is unknown or the list is
 *   empty.
 * @example
 * pool(lastHiddenState, attentionMask, { pooling: ['cls', 'mean'], normalize: true }).shape // [batch, 2 * hidden]
 */
export function pool(
  lastHiddenState: LastHiddenState,
  attentionMask: AttentionMask,
  options: PoolOptions,
): Tensor<'float32'> {
  checkOptions('pool', options, poolOptions)
  return poolModes(lastHiddenState, checkMask(attentionMask), toPoolingModes(options.pooling), options)
}

function poolModes(
  lastHiddenState: LastHiddenState,
  attentionMask: AttentionMask | undefined,
  modes: readonly PoolingMode[],
  { normalize = false }: PoolingOptions,
): Tensor<'float32'> {
  checkShapes(lastHiddenState, attentionMask)
  const [batch, tokens, hidden] = lastHiddenState.shape as [number, number, number]
  const width = hidden * modes.length
  const pooled = new Float32Array(batch * width)
  const marked = new Int32Array(tokens)
  const weights = new Float64Array(tokens)
  const vector = new Float64Array(hidden)
  for (let text = 0; text < batch; text++) {
    const positions = marked.subarray(0, markTokens(attentionMask, text, marked))
    if (positions.length === 0) continue // zeros
    const row = { data: lastHiddenState.data, offset: text * tokens * hidden, hidden, positions }
    modes.forEach((mode, index) => {
      poolTokens(mode, row, weights, vector)
      pooled.set(vector, text * width + index * hidden)
    })
  }
  if (normalize) normalizeRows(pooled, width)
  return { dtype: 'float32', data: pooled, shape: [batch, width] }
}

/** Writes the positions of one text's tokens into `marked` and returns their number. Without a mask, all are tokens. */
function markTokens(attentionMask: AttentionMask | undefined, text: number, marked: Int32Array): number {
  let count = 0
  for (let position = 0; position < marked.length; position++)
    if (!attentionMask || Number(attentionMask.data[text * marked.length + position]) !== 0)
      marked[count++] = position
  return count
}

function checkMask(attentionMask: AttentionMask): AttentionMask {
  checkTensor(attentionMask, {
    name: 'attentionMask',
    dtypes: ['int32', 'int64', 'uint8'],
    axes: ['batch', 'tokens'],
  })
  return attentionMask
}

function checkShapes(lastHiddenState: LastHiddenState, attentionMask: AttentionMask | undefined): void {
  checkTensor(lastHiddenState, {
    name: 'lastHiddenState',
    dtypes: ['float32'],
    axes: ['batch', 'tokens', 'hidden'],
  })
  if (!attentionMask) return
  const [batch, tokens] = lastHiddenState.shape
  if (attentionMask.shape[0] !== batch || attentionMask.shape[1] !== tokens)
    throw new ArgumentRangeError(
      'INVALID_TENSOR',
      `attentionMask has shape [${attentionMask.shape.join(', ')}], but lastHiddenState [${lastHiddenState.shape.join(', ')}]: the first two dimensions have to be equal.`,
    )
}
