/**
 * Writes WebAssembly code as expressions: `f32x4.add(load(x), load(y))` is the code that loads two vectors and adds
 * them. https://webassembly.github.io/spec/core/binary/instructions.html has the opcodes.
 *
 * Instructions are emitted in the order in which they are written, and nothing is optimised. Matrix kernels need this:
 * compilers regroup their loops until the accumulators no longer fit into registers.
 */

export type ValueType = 'i32' | 'f32' | 'v128'

/** Bytes of instructions, nested. */
export type Code = readonly (number | Code)[]

/** Code that leaves one value on the stack. The type is checked when TypeScript compiles a kernel. */
export interface Expression<T extends ValueType> {
  readonly type: T
  readonly code: Code
}

export type I32 = Expression<'i32'>
export type F32 = Expression<'f32'>
export type V128 = Expression<'v128'>

/** A local variable or parameter of a function. */
export interface Local<T extends ValueType> extends Expression<T> {
  readonly index: number
  set(value: Expression<T>): Code
}

/** Whole numbers may be written as JavaScript numbers. */
export type Int = I32 | number

/** Seven bits a byte, the lowest first; the highest bit of all bytes but the last is 1. */
export function unsignedLeb(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsignedLeb(value >>> 7)]
}

export function signedLeb(value: number): number[] {
  return value >= -0x40 && value < 0x40 ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signedLeb(value >> 7)]
}

function floatBytes(...values: readonly number[]): Code {
  return [...new Uint8Array(Float32Array.from(values).buffer)]
}

export function local<T extends ValueType>(type: T, index: number): Local<T> {
  const number = unsignedLeb(index)
  return { type, index, code: [0x20, ...number], set: (value) => [value.code, 0x21, ...number] }
}

const expression = <T extends ValueType>(type: T, code: Code): Expression<T> => ({ type, code })

export function int(value: Int): I32 {
  return typeof value === 'number' ? expression('i32', [0x41, ...signedLeb(value)]) : value
}

export function float(value: number): F32 {
  return expression('f32', [0x43, floatBytes(value)])
}

const intUnary = (opcode: number) => (a: Int) => expression('i32', [int(a).code, opcode])
const intBinary = (opcode: number) => (a: Int, b: Int) =>
  expression('i32', [int(a).code, int(b).code, opcode])
const floatUnary = (opcode: number) => (a: F32) => expression('f32', [a.code, opcode])
const floatBinary = (opcode: number) => (a: F32, b: F32) => expression('f32', [a.code, b.code, opcode])

/** `a` if the comparison of `a` and `b` holds, else `b`. Evaluates both twice. */
function select(a: Int, b: Int, comparison: number): I32 {
  const [first, second] = [int(a).code, int(b).code]
  return expression('i32', [first, second, first, second, comparison, 0x1b])
}

export const i32 = {
  isZero: intUnary(0x45),
  equal: intBinary(0x46),
  less: intBinary(0x48),
  lessUnsigned: intBinary(0x49),
  greater: intBinary(0x4a),
  atLeast: intBinary(0x4e),
  add: intBinary(0x6a),
  sub: intBinary(0x6b),
  mul: intBinary(0x6c),
  /** Of numbers >= 0. */
  div: intBinary(0x6e),
  and: intBinary(0x71),
  or: intBinary(0x72),
  shiftLeft: intBinary(0x74),
  shiftRight: intBinary(0x76),
  load: (address: I32, offset = 0) => expression('i32', [address.code, 0x28, 2, ...unsignedLeb(offset)]),
  load16: (address: I32, offset = 0) => expression('i32', [address.code, 0x2f, 1, ...unsignedLeb(offset)]),
  load8: (address: I32, offset = 0) => expression('i32', [address.code, 0x2c, 0, ...unsignedLeb(offset)]),
  min: (a: Int, b: Int) => select(a, b, 0x48),
  max: (a: Int, b: Int) => select(a, b, 0x4a),
}

export const f32 = {
  abs: floatUnary(0x8b),
  sqrt: floatUnary(0x91),
  add: floatBinary(0x92),
  sub: floatBinary(0x93),
  mul: floatBinary(0x94),
  div: floatBinary(0x95),
  min: floatBinary(0x96),
  max: floatBinary(0x97),
  greater: (a: F32, b: F32) => expression('i32', [a.code, b.code, 0x5e]),
  fromInt: (a: I32) => expression('f32', [a.code, 0xb2]),
  load: (address: I32, offset = 0) => expression('f32', [address.code, 0x2a, 2, ...unsignedLeb(offset)]),
}

export function store32(address: I32, value: I32 | F32, offset = 0): Code {
  return [address.code, value.code, value.type === 'i32' ? 0x36 : 0x38, 2, ...unsignedLeb(offset)]
}

export function store16(address: I32, value: I32, offset = 0): Code {
  return [address.code, value.code, 0x3b, 1, ...unsignedLeb(offset)]
}

const simd = (opcode: number): Code => [0xfd, ...unsignedLeb(opcode)]
const vectorUnary = (opcode: number) => (a: V128) => expression('v128', [a.code, simd(opcode)])
const vectorBinary = (opcode: number) => (a: V128, b: V128) =>
  expression('v128', [a.code, b.code, simd(opcode)])
/** Alignment is a hint; 0 claims nothing. */
const loadVector =
  (opcode: number) =>
  (address: I32, offset = 0) =>
    expression('v128', [address.code, simd(opcode), 0, ...unsignedLeb(offset)])

/** Loads four bytes; the rest is 0. */
const loadLow = loadVector(0x5c)

export const v128 = {
  load: loadVector(0),
  /** Four bytes, repeated four times. */
  loadSplat: loadVector(9),
  /** Eight int8, widened to int16. */
  loadInt8: loadVector(1),
  /** Four uint16, widened to 32 bits. */
  loadUint16: loadVector(4),
  /** Four int8, widened to int32. */
  loadInt8x4: (address: I32, offset = 0) =>
    expression('v128', [loadLow(address, offset).code, simd(0x87), simd(0xa7)]),
  store: (address: I32, value: V128, offset = 0): Code => [
    address.code,
    value.code,
    simd(11),
    0,
    ...unsignedLeb(offset),
  ],
  /** Stores the first eight bytes. */
  storeLow: (address: I32, value: V128, offset = 0): Code => [
    address.code,
    value.code,
    simd(0x5b),
    0,
    ...unsignedLeb(offset),
    0,
  ],
  /** A constant of four 32-bit numbers. */
  ints: (values: readonly number[]) =>
    expression('v128', [simd(12), [...new Uint8Array(Int32Array.from(values).buffer)]]),
  and: vectorBinary(78),
  or: vectorBinary(80),
  not: vectorUnary(77),
  anyTrue: (a: V128) => expression('i32', [a.code, simd(83)]),
  /** The bits of `a` where `mask` is 1, else those of `b`. */
  select: (mask: V128, a: V128, b: V128) => expression('v128', [a.code, b.code, mask.code, simd(82)]),
  /** Picks four of the eight 32-bit lanes of `a` (0 to 3) and `b` (4 to 7). */
  shuffle: (a: V128, b: V128, lanes: readonly number[]) =>
    expression('v128', [
      a.code,
      b.code,
      simd(13),
      lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => lane * 4 + byte)),
    ]),
}

export const i32x4 = {
  splat: (a: Int) => expression('v128', [int(a).code, simd(17)]),
  add: vectorBinary(0xae),
  sub: vectorBinary(0xb1),
  shiftLeft: (a: V128, bits: Int) => expression('v128', [a.code, int(bits).code, simd(0xab)]),
  /** Fills with zeros. */
  shiftRight: (a: V128, bits: Int) => expression('v128', [a.code, int(bits).code, simd(0xad)]),
  greater: vectorBinary(0x3b),
  equal: vectorBinary(0x37),
  /** Products of 16-bit pairs, each pair summed. */
  dot: vectorBinary(0xba),
  /** Adds to `c` the products of int8 in `a` and numbers from 0 to 127 in `b`, each four of them summed. */
  relaxedDotAdd: (a: V128, b: V128, c: V128) => expression('v128', [a.code, b.code, c.code, simd(0x113)]),
  lane: (a: V128, lane: number) => expression('i32', [a.code, simd(27), lane]),
}

export const i8x16 = {
  splat: (a: Int) => expression('v128', [int(a).code, simd(15)]),
  /** Narrows sixteen 16-bit numbers to 0 to 255, and saturates. */
  narrow: vectorBinary(0x66),
}

export const i16x8 = {
  /** Narrows eight 32-bit numbers, and saturates. */
  narrow: vectorBinary(0x85),
}

export const f32x4 = {
  splat: (a: F32 | number) =>
    typeof a === 'number'
      ? expression('v128', [simd(12), floatBytes(a, a, a, a)])
      : expression('v128', [a.code, simd(19)]),
  add: vectorBinary(0xe4),
  sub: vectorBinary(0xe5),
  mul: vectorBinary(0xe6),
  div: vectorBinary(0xe7),
  abs: vectorUnary(0xe0),
  neg: vectorUnary(0xe1),
  /** One instruction on x86, unlike `min` and `max`; for numbers that are not NaN. */
  min: vectorBinary(0xea),
  max: vectorBinary(0xeb),
  less: vectorBinary(0x43),
  greater: vectorBinary(0x44),
  fromInt: vectorUnary(0xfa),
  lane: (a: V128, lane: number) => expression('f32', [a.code, simd(31), lane]),
  relaxedMultiplyAdd: (a: V128, b: V128, c: V128) =>
    expression('v128', [a.code, b.code, c.code, simd(0x105)]),
}

// Control flow.

/** Executes the body again and again while `condition` holds at its end. The body runs at least once. */
export function doWhile(body: Code, condition: I32): Code {
  return [0x03, 0x40, body, condition.code, 0x0d, 0, 0x0b]
}

export function when(condition: I32, then: Code, otherwise?: Code): Code {
  return [condition.code, 0x04, 0x40, then, otherwise ? [0x05, otherwise] : [], 0x0b]
}

/** for (i = start; i < end; i += step) */
export function forRange(
  i: Local<'i32'>,
  { start = 0, end, step = 1 }: { readonly start?: Int; readonly end: Int; readonly step?: Int },
  body: Code,
): Code {
  return [
    i.set(int(start)),
    when(i32.less(i, end), doWhile([body, i.set(i32.add(i, step))], i32.less(i, end))),
  ]
}

export function fillMemory(address: I32, value: Int, bytes: I32): Code {
  return [address.code, int(value).code, bytes.code, 0xfc, 11, 0]
}
