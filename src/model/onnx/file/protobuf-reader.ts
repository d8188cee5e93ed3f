/** Walks the fields of a Protocol Buffers message in a file, without reading large fields. */

/** The part of a file's interface that reading needs. */
export interface ProtobufFile {
  readonly byteLength: number
  /** Reads the bytes from `start` up to, but not including, `end`. */
  read(start: number, end: number): Promise<Uint8Array>
}

/** A byte range of the file: from `start` up to, but not including, `end`. */
export interface Span {
  readonly start: number
  readonly end: number
}

export interface ProtobufField extends Span {
  readonly number: number
  /** Value of a varint; 0 for other fields. */
  readonly value: number
  /** Start of the content of a length-delimited field, or of a fixed value. The content ends at `end`. */
  readonly contentStart: number
  readonly isMessage: boolean
}

/** Calls have to be sequential: they share the bytes that were read last. */
export interface ProtobufReader {
  /**
   * Yields the fields of the message in a byte range.
   *
   * @throws {RangeError} when the bytes are not a message
   */
  fields(message: Span): AsyncGenerator<ProtobufField, void, undefined>
  text(span: Span): Promise<string>
  bytes(span: Span): Promise<Uint8Array>
}

/** Number of bytes to read at once: thousands of fields, which have a few bytes each. */
const windowBytes = 1 << 16

/** Maximum length of a field's tag and length: two varints of ten bytes. */
const maxHeadBytes = 20

const wireType = { varint: 0, fixed64: 1, lengthDelimited: 2, fixed32: 5 } as const

export function createProtobufReader(file: ProtobufFile): ProtobufReader {
  let windowStart = 0
  let window = new Uint8Array()

  /** Reads these bytes into the window, and those that follow: fields are read in order. */
  async function fillWindow(start: number, end: number): Promise<void> {
    if (start >= windowStart && end <= windowStart + window.length) return
    const next = await file.read(start, Math.min(start + windowBytes, file.byteLength))
    window = next as typeof window
    windowStart = start
  }

  /** Reads a varint in the window: its value, and where it ends. Beyond 2^53 the value is inexact, and not needed. */
  function varint(position: number, limit: number): readonly [value: number, end: number] {
    let value = 0
    for (let i = 0; i < 10 && position + i < limit; i++) {
      const byte = window[position + i - windowStart]!
      value += (byte & 0x7f) * 2 ** (7 * i)
      if (byte < 0x80) return [value, position + i + 1]
    }
    throw new RangeError(`no whole number at byte ${position}`)
  }

  async function field(start: number, limit: number): Promise<ProtobufField> {
    await fillWindow(start, Math.min(start + maxHeadBytes, limit))
    const [tag, afterTag] = varint(start, limit)
    const number = Math.floor(tag / 8)
    const type = tag % 8
    const [value, afterValue] =
      type === wireType.varint || type === wireType.lengthDelimited ? varint(afterTag, limit) : [0, afterTag]
    const contentStart = afterValue
    const isMessage = type === wireType.lengthDelimited
    const end = afterValue + lengthOf(type, value)
    if (number === 0 || !(end <= limit)) throw new RangeError(`no field at byte ${start}, or it is cut short`)
    return { number, value: isMessage ? 0 : value, start, contentStart, end, isMessage }
  }

  async function bytes({ start, end }: Span): Promise<Uint8Array> {
    if (end - start > windowBytes) return file.read(start, end)
    await fillWindow(start, end)
    return window.slice(start - windowStart, end - windowStart)
  }
  return {
    async *fields({ start, end }) {
      for (let position = start; position < end; ) {
        const next = await field(position, end)
        yield next
        position = next.end
      }
    },
    bytes,
    text: async (span) => new TextDecoder().decode(await bytes(span)),
  }
}

function lengthOf(type: number, length: number): number {
  switch (type) {
    case wireType.varint:
      return 0
    case wireType.fixed64:
      return 8
    case wireType.fixed32:
      return 4
    case wireType.lengthDelimited:
      return length
    default:
      return Number.NaN
  }
}

/** Byte range of the content of a field that holds a message, a text or bytes. @throws {RangeError} for other fields */
export function contentOf({ contentStart, end, isMessage }: ProtobufField): Span {
  if (isMessage) return { start: contentStart, end }
  throw new RangeError(`an unexpected number at byte ${contentStart}`)
}
