/** A row of the output, and its form as a JSON line. */

/** A vector in the precision of the options. */
export type OutputVector = Float32Array | Int8Array | Uint8Array

export interface OutputRow {
  readonly text: string
  /** The values of the fields that were kept, by name. */
  readonly fields: Readonly<Record<string, unknown>>
  readonly embedding: OutputVector
}

/** A row as it is read back. */
export interface StoredRow extends Omit<OutputRow, 'embedding'> {
  readonly embedding: readonly number[]
}

/** Begins the embedding, which is last. The numbers that follow cannot contain it. */
const embeddingKey = ',"embedding":['

/**
 * Writes a row as a JSON object in one line, with the kept fields first and the embedding last. Nine significant digits
 * give exactly the float32 value back.
 */
export function toJsonLine({ fields, text, embedding }: OutputRow): string {
  const start = JSON.stringify({ ...fields, text }, bigIntsAsNumbers)
  return `${start.slice(0, -1)}${embeddingKey}${vectorToText(embedding)}]}\n`
}

/** Writes the values of a vector with commas. */
export function vectorToText(vector: OutputVector): string {
  if (!(vector instanceof Float32Array)) return vector.join(',')
  // NaN and infinite values, which no trained model returns, have no JSON.
  return Array.from(vector, (value) => (Number.isFinite(value) ? Number(value.toPrecision(9)) : 'null')).join(
    ',',
  )
}

/** Reads the text of a JSON line without parsing its embedding. Returns `undefined` if the line has another form. */
export function textOfLine(line: string): string | undefined {
  const end = line.lastIndexOf(embeddingKey)
  const row = end === -1 ? undefined : parseObject(`${line.slice(0, end)}}`)
  return typeof row?.text === 'string' ? row.text : undefined
}

/** Parses a JSON line. Returns `undefined` if the line has another form. */
export function parseJsonLine(line: string): StoredRow | undefined {
  const { text, embedding, ...fields } = parseObject(line) ?? {}
  const vector = toVector(embedding)
  return typeof text === 'string' && vector ? { text, fields, embedding: vector } : undefined
}

/** Reads a vector as JSON has it. Returns `undefined` for anything else. */
export function toVector(value: unknown): number[] | undefined {
  if (!Array.isArray(value) || value.some((number) => number !== null && typeof number !== 'number'))
    return undefined
  return value.includes(null) ? value.map((number) => number ?? Number.NaN) : value
}

function parseObject(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

/** For `JSON.stringify`: Parquet's 64-bit integers. */
export function bigIntsAsNumbers(_: string, value: unknown): unknown {
  if (typeof value !== 'bigint') return value
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : String(value)
}
