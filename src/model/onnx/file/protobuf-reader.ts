/** Walks the fields of a Protocol Buffers message in a file, without reading the large ones. */

/** What reading needs of a file. */
export interface ProtobufFile {
  readonly byteLength: number
  /** The bytes from `start` up to, not including, `end`. */
  read(start: number, end: number): Promise<Uint8Array>
}

/** A stretch of the file: from `start` up to, not including, `end`. */
export interface Span {
  readonly start: number
  readonly end: number
}

export interface ProtobufField extends Span {
  readonly number: number
  /** Of a varint; 0 otherwise. */
  readonly value: number
  /** Where the bytes of a length-delimited field begin, or a fixed value. They last until `end`. */
  readonly contentStart: number
  readonly isMessage: boolean
}

/** One call after the other: they share what was read last. */
export interface ProtobufReader {
  /**
   * The fields of the message that fills a stretch of the file.
   *
   * @throws {RangeError} when it is no message
   */
  fields(message: Span): AsyncGenerator<ProtobufField, void, undefined>
  text(span: Span): Promise<string>
  bytes(span: Span): Promise<Uint8Array>
}

/** As much is read at once: thousands of fields, which are a few bytes each. */
const windowBytes = 1 << 16

/** The longest tag and length: two varints of ten bytes. */
const maxHeadBytes = 20

const wireType = { varint: 0, fixed64: 1, lengthDelimited: 2, fixed32: 5 } as const

export function createProtobufReader(file: ProtobufFile): ProtobufReader {
  let windowStart = 0
  let window = new Uint8Array()

  /** Has these bytes in the window, and what comes after them: reading goes forwards, from field to field. */
  async function fillWindow(start: number, end: number): Promise<void> {
    if (start >= windowStart && end <= windowStart + window.length) return
    const next = await file.read(start, Math.min(start + windowBytes, file.byteLength))
    window = next as typeof window
    windowStart = start
  }

  /** A varint in the window: its value, and where it ends. Beyond 2^53 the value is inexact, and not needed. */
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

/** The content of a field that holds a message, a text or bytes. @throws {RangeError} when it holds none */
export function contentOf({ contentStart, end, isMessage }: ProtobufField): Span {
  if (isMessage) return { start: contentStart, end }
  throw new RangeError(`a number at byte ${contentStart}, where none can be`)
}
