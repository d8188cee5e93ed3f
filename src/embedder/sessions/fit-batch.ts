/** Splits a batch into the runs that a graph with fixed sizes or without an attention mask needs. */

import { createTensor, type Tensor } from '../../tensor/tensor.js'
import type { PaddedBatch } from '../../text/pad.js'

/** The limits of a graph on the batch of one run. */
export interface GraphSizes {
  /** Exact number of texts per run. @default any number */
  readonly rows?: number | undefined
  /** Exact number of tokens that each text is padded to. @default any number */
  readonly tokens?: number | undefined
  /** Whether the graph has an attention mask. Without one, all texts of a run must have the same length. */
  readonly hasMask: boolean
  /** The id of the padding token. */
  readonly padId: number
}

/** Some rows of a batch, fitted to the graph. */
export interface FittedBatch {
  /** Index of the first row in the whole batch. */
  readonly start: number
  /** Number of rows from the whole batch. If `batch` has more rows, the others are fillers. */
  readonly count: number
  /** First column in the whole batch that `batch` covers. */
  readonly column: number
  /** Number of columns of the whole batch that `batch` covers. The columns after them are padding. */
  readonly tokens: number
  readonly batch: PaddedBatch
}

/**
 * Splits a batch into runs. A graph without such limits runs the whole batch at once.
 *
 * @param maxRows Maximum number of rows per run for a graph without a fixed number of rows.
 */
export function fitBatch(whole: PaddedBatch, sizes: GraphSizes, maxRows: number): FittedBatch[] {
  const { rows, tokens, hasMask, padId } = sizes
  const [total, width] = whole.inputIds.shape as [number, number]
  if (rows === undefined && tokens === undefined && hasMask)
    return [{ start: 0, count: total, column: 0, tokens: width, batch: whole }]
  const parts: FittedBatch[] = []
  for (let start = 0; start < total; ) {
    const text = hasMask ? { column: 0, tokens: width } : spanOf(whole.attentionMask, start)
    const maxEnd = Math.min(total, start + (rows ?? maxRows))
    let end = start + 1
    while (end < maxEnd && (hasMask || isSame(text, spanOf(whole.attentionMask, end)))) end++
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

/** A range of columns. */
interface TextSpan {
  readonly column: number
  readonly tokens: number
}

/** Finds a row's text, which may be padded on either side. */
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

/** Copies some rows of a matrix, cut to some columns and padded on the right. Fillers repeat the first row. */
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
