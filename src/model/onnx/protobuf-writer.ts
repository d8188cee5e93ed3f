/**
 * Writes Protocol Buffers' wire format (https://protobuf.dev/programming-guides/encoding/), as far as ONNX needs it.
 */

export interface ProtobufWriter {
  /** An integer from -2^53 to 2^53. */
  writeVarintField(field: number, value: number): void
  writeFloatField(field: number, value: number): void
  writeStringField(field: number, value: string): void
  writeBytesField(field: number, value: Uint8Array): void
  writeMessage<T>(field: number, write: (value: T, writer: ProtobufWriter) => void, value: T): void
  finish(): Uint8Array
}

/** The low three bits of a field's tag, which say how its value is encoded. */
const wireType = { varint: 0, lengthDelimited: 2, fixed32: 5 } as const

/** Writes fields in the order of the calls. */
export function createProtobufWriter(): ProtobufWriter {
  const bytes: number[] = []

  function writeVarint(value: number): void {
    let rest = BigInt.asUintN(64, BigInt(value)) // a negative number is written as its two's complement
    for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80)
    bytes.push(Number(rest))
  }
  function writeTag(field: number, type: keyof typeof wireType): void {
    writeVarint((field << 3) | wireType[type])
  }
  function writeBytesField(field: number, value: Uint8Array): void {
    writeTag(field, 'lengthDelimited')
    writeVarint(value.byteLength)
    for (const byte of value) bytes.push(byte)
  }

  return {
    writeVarintField(field, value) {
      writeTag(field, 'varint')
      writeVarint(value)
    },
    writeFloatField(field, value) {
      writeTag(field, 'fixed32')
      const view = new DataView(new ArrayBuffer(4))
      view.setFloat32(0, value, true)
      bytes.push(...new Uint8Array(view.buffer))
    },
    writeStringField(field, value) {
      writeBytesField(field, new TextEncoder().encode(value))
    },
    writeBytesField,
    writeMessage(field, write, value) {
      const message = createProtobufWriter()
      write(value, message)
      writeBytesField(field, message.finish())
    },
    finish: () => Uint8Array.from(bytes),
  }
}
