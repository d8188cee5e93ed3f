/** A row of a file with vectors, in any format. */

export interface IndexRow {
  /** `undefined` in a .npy file, which holds vectors only. */
  readonly text: string | undefined
  /** The other fields of the row. */
  readonly fields: Readonly<Record<string, unknown>>
  readonly embedding: ArrayLike<number>
}
