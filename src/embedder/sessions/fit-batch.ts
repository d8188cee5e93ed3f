/** Cuts a batch into what a graph of fixed sizes takes. */

import { createTensor, type Tensor } from '../../tensor/tensor.js'
import type { PaddedBatch } from '../../text/pad.js'

/** What a graph takes at once. */
export interface GraphSizes {
  /** How many texts, no more and no fewer. @default any number */
  readonly rows?: number | undefined
  /** The length that each is padded to. @default any */
  readonly tokens?: number | undefined
  /** Where a graph has no mask to tell texts from padding, all texts of a run have to be of one length. */
  readonly hasMask: boolean
  /** The token that pads texts. */
  readonly padId: number
}

/** Rows of a batch, as a graph takes them. */
export interface FittedBatch {
  /** The first row, and how many: further rows of `batch` are there to fill it. */
  readonly start: number
  readonly count: number
  /** Where the texts begin in the rows of the whole batch. */
  readonly column: number
  /** How many tokens of each row count. */
  readonly tokens: number
  readonly batch: PaddedBatch
}

/** @param maxRows The most rows of a run whose number is not fixed. */
export function fitBatch(whole: PaddedBatch, sizes: GraphSizes, maxRows: number): FittedBatch[] {
  const { rows, tokens, hasMask, padId } = sizes
  const [total, width] = whole.inputIds.shape as [number, number]
  if (rows === undefined && tokens === undefined && hasMask)
    return [{ start: 0, count: total, column: 0, tokens: width, batch: whole }]
  const parts: FittedBatch[] = []
  for (let start = 0; start < total; ) {
    const text = hasMask ? { column: 0, tokens: width } : spanOf(whole.attentionMask, start)
    const most = Math.min(total, start + (rows ?? maxRows))
    let end = start + 1
    while (end < most && (hasMask || isSame(text, spanOf(whole.attentionMask, end)))) end++
    const count = end - start
    const rowsOf = (tensor: Tensor<'int32'>, padding: number) =>
      fitRows(tensor, { ...text, start, count, shape: [rows ?? count, tokens ?? text.tokens], padding })
    const batch = {
      inputIds: rowsOf(whole.inputIds, padId),
      attentionMask: rowsOf(whole.attentionMask, 0),
      tokenTypeIds: rowsOf(whole.tokenTypeIds, 0),
    }
    parts.push({ ...text, start, count, batch })
    start = end
  }
  return parts
}

/** A stretch of a row. */
interface TextSpan {
  readonly column: number
  readonly tokens: number
}

/** Where a row's text is, whichever side it is padded on. */
function spanOf({ data, shape }: Tensor<'int32'>, row: number): TextSpan {
  const width = shape[1]!
  const mask = data.subarray(row * width, (row + 1) * width)
  return { column: Math.max(0, mask.indexOf(1)), tokens: mask.reduce((sum, value) => sum + value, 0) }
}

function isSame(a: TextSpan, b: TextSpan): boolean {
  return a.column === b.column && a.tokens === b.tokens
}

interface RowsFit extends TextSpan {
  readonly start: number
  readonly count: number
  readonly shape: readonly [rows: number, tokens: number]
  readonly padding: number
}

/** Some rows of a matrix, cut to the text, padded on the right; the first of them again where there are too few. */
function fitRows(
  { data, shape: [, width = 0] }: Tensor<'int32'>,
  { start, count, column, tokens, shape, padding }: RowsFit,
): Tensor<'int32'> {
  const [rows, length] = shape
  const fitted = new Int32Array(rows * length).fill(padding)
  for (let row = 0; row < rows; row++) {
    const first = (start + (row < count ? row : 0)) * width + column
    fitted.set(data.subarray(first, first + tokens), row * length)
  }
  return createTensor('int32', fitted, shape)
}
