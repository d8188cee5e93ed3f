/** Adds the vector to each row of an input, with bounded memory. */

import type { Embedder } from '../../index.node.js'
import type { InputRow } from '../input/input-row.js'
import type { embedOptions } from '../model/embed-flags.node.js'
import type { OutputRow } from '../output/output-row.js'

export interface EmbeddedRow extends OutputRow {
  /** How far the input has been read, see `InputRow`. */
  readonly position: number
}

/**
 * Yields the rows in order. If the input fails, the rows before the failure come first, and then its error.
 *
 * @param options The options of `embedStream`.
 */
export async function* embedRows(
  embedder: Pick<Embedder, 'embedStream'>,
  rows: AsyncIterator<InputRow>,
  options: ReturnType<typeof embedOptions> & { readonly signal: AbortSignal },
): AsyncGenerator<EmbeddedRow, void, undefined> {
  const waiting: InputRow[] = []
  async function* texts() {
    for (let row = await rows.next(); !row.done; row = await rows.next()) {
      waiting.push(row.value)
      yield row.value.text
    }
  }
  for await (const embedding of embedder.embedStream(texts(), options)) {
    const { text, fields, position } = waiting.shift()!
    yield { text, fields, position, embedding }
  }
}
