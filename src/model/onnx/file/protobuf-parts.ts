/**
 * Puts Protocol Buffers messages together from parts that are already bytes.
 *
 * Apart from protobuf-writer.ts, which every page loads: together they would cost a page 110 bytes.
 */

/** A field that holds a message made of these parts. */
export function messageField(number: number, parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, { byteLength }) => sum + byteLength, 0)
  return joinBytes([Uint8Array.from([...varint(number * 8 + 2), ...varint(length)]), ...parts])
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value % 0x80) + 0x80, ...varint(Math.floor(value / 0x80))]
}

export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0))
  let position = 0
  for (const part of parts) {
    whole.set(part, position)
    position += part.byteLength
  }
  return whole
}
