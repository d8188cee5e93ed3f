/** What a command reads: texts, with the fields that the output keeps. */

export interface InputRow {
  readonly text: string
  /** The values of the fields to keep, by name. */
  readonly fields: Readonly<Record<string, unknown>>
  /** How far the input has been read, in the unit of `size`. */
  readonly position: number
}

export interface TextInput {
  /** The input's length, in bytes or in rows. `undefined` for a pipe. */
  readonly size: number | undefined
  /** Can be read once. */
  readonly rows: AsyncIterable<InputRow>
  /** Ends a read that waits for a pipe. */
  close(): void
}

/** Which columns or fields of a row are read. */
export interface FieldNames {
  /** The field with the text. */
  readonly field: string
  /** Other fields to copy to the output. */
  readonly keep: readonly string[]
}
