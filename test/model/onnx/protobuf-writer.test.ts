import { describe, expect, test } from 'vitest'
import { createProtobufWriter, type ProtobufWriter } from '../../../src/model/onnx/protobuf-writer.js'

/** The bytes that `write` writes, in hexadecimal. */
function bytesOf(write: (writer: ProtobufWriter) => void): string {
  const writer = createProtobufWriter()
  write(writer)
  return Buffer.from(writer.finish()).toString('hex')
}

describe('the protobuf writer', () => {
  test("the protobuf writer writes the examples of the format's guide", () => {
    expect(bytesOf((writer) => writer.writeVarintField(1, 150))).toBe('089601')
    expect(bytesOf((writer) => writer.writeStringField(2, 'testing'))).toBe('120774657374696e67')
    const inner = (value: number, writer: ProtobufWriter) => writer.writeVarintField(1, value)
    expect(bytesOf((writer) => writer.writeMessage(3, inner, 150))).toBe('1a03089601')
  })

  test("a negative integer is written as the ten bytes of its two's complement", () => {
    expect(bytesOf((writer) => writer.writeVarintField(3, -1))).toBe('18ffffffffffffffffff01')
    expect(bytesOf((writer) => writer.writeVarintField(3, -2))).toBe('18feffffffffffffffff01')
  })

  test('integers of more than 32 bits are written exactly', () => {
    expect(bytesOf((writer) => writer.writeVarintField(1, 2 ** 53 - 1))).toBe('08ffffffffffffff0f')
    expect(bytesOf((writer) => writer.writeVarintField(1, 2 ** 32))).toBe('088080808010')
  })

  test('floats are little-endian, and strings are UTF-8', () => {
    expect(bytesOf((writer) => writer.writeFloatField(2, 1))).toBe('150000803f')
    expect(bytesOf((writer) => writer.writeStringField(1, 'é'))).toBe('0a02c3a9')
  })

  test('fields above 15 have a tag of two bytes, and long values a length of two', () => {
    expect(bytesOf((writer) => writer.writeVarintField(20, 1))).toBe('a00101')
    expect(bytesOf((writer) => writer.writeBytesField(1, new Uint8Array(300))).slice(0, 6)).toBe('0aac02')
  })
})
