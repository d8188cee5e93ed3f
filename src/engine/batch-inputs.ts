/** Lays out a batch without padding: which tokens become rows, and which numbers select rows of tables. */

import { BertEmbedError } from '../errors.js'
import type { PaddedBatch } from '../text/pad.js'
import type { TableIndex } from './plan.js'

/** The rows of one text. */
export interface TextRows {
  /** Index of the first row. */
  readonly start: number
  readonly rows: number
  /** Column of the first row in the padded batch. */
  readonly column: number
  /** The rows that are keys of attention, those without padding: from `firstKey` on, relative to `start`. */
  readonly firstKey: number
  readonly keys: number
}

export interface BatchRows {
  readonly texts: readonly TextRows[]
  readonly rowCount: number
  readonly longest: number
  /** For each kind of table, the row of the table for each row. */
  readonly indices: Readonly<Record<TableIndex, Int32Array>>
}

export interface BatchRowsOptions {
  /** Whether padding tokens become rows too. */
  readonly includesPadding: boolean
  readonly padTokenId: number | undefined
}

/**
 * @param batch int32 tensors [batch, tokens]. The attention mask of each text is 1 in one range of columns.
 * @throws {BertEmbedError} `BACKEND_FAILED` for another mask
 */
export function layOutBatch(
  batch: PaddedBatch,
  { includesPadding, padTokenId }: BatchRowsOptions,
): BatchRows {
  const { inputIds, attentionMask, tokenTypeIds } = batch
  const [count, tokens] = inputIds.shape as [number, number]
  const texts: TextRows[] = []
  let rowCount = 0
  for (let text = 0; text < count; text++) {
    const mask = attentionMask.data.subarray(text * tokens, (text + 1) * tokens)
    const { first, keys } = markedColumns(mask)
    const [rows, column, firstKey] = includesPadding ? [tokens, 0, first] : [keys, first, 0]
    texts.push({ start: rowCount, rows, column, firstKey, keys })
    rowCount += rows
  }
  const indices = {
    word: new Int32Array(rowCount),
    tokenType: new Int32Array(rowCount),
    position: new Int32Array(rowCount),
    afterPadding: new Int32Array(rowCount),
    first: new Int32Array(rowCount),
  }
  for (const [text, { start, rows, column }] of texts.entries()) {
    let seen = 0
    for (let at = 0; at < column + rows; at++) {
      const id = inputIds.data[text * tokens + at]!
      if (id !== padTokenId) seen++
      const row = start + at - column
      if (at < column) continue
      indices.word[row] = id
      indices.tokenType[row] = tokenTypeIds.data[text * tokens + at]!
      indices.position[row] = at
      if (padTokenId !== undefined) indices.afterPadding[row] = id === padTokenId ? id : seen + padTokenId
    }
  }
  return { texts, rowCount, longest: Math.max(0, ...texts.map(({ rows }) => rows)), indices }
}

/** @throws {BertEmbedError} `BACKEND_FAILED` for a mask that is not 1 in one range and 0 outside of it */
function markedColumns(mask: Int32Array): { readonly first: number; readonly keys: number } {
  const [first, end] = [Math.max(0, mask.indexOf(1)), mask.lastIndexOf(1) + 1]
  if (mask.every((value, column) => value === Number(first <= column && column < end)))
    return { first, keys: end - first }
  throw new BertEmbedError('BACKEND_FAILED', 'An attention mask is not 1 in one range and 0 outside of it.')
}
