/** Finds out whether the processor has an instruction for the 8-bit dot product of relaxed SIMD. */

import { i8x16, i32x4, int, store32 } from './wasm/code.js'
import { createModule } from './wasm/module.js'
import { webAssembly } from './web-assembly.js'

/** A module that multiplies 127 by 255 four times. It is invalid where relaxed SIMD is. */
export function encodeInt8Dot(): Uint8Array<ArrayBuffer> {
  const module = createModule()
  const products = i32x4.relaxedDotAdd(i8x16.splat(127), i8x16.splat(255), i32x4.splat(0))
  module.define({}, () => store32(int(0), i32x4.lane(products, 0)), 'multiply')
  return module.encode({ minPages: 1, maxPages: 1, isShared: false })
}

/**
 * The specification leaves the result of {@link encodeInt8Dot} open, because 255 has more than 7 bits, so that it shows the
 * instruction: x86 without AVX-VNNI adds pairs of products in 16 bits, which saturate.
 */
export function hasInt8Dot(): boolean {
  const { Instance, Memory, Module } = webAssembly()
  const memory = new Memory({ initial: 1, maximum: 1, shared: false })
  const { exports } = new Instance(new Module(encodeInt8Dot()), { env: { memory } })
  ;(exports as { multiply(): void }).multiply()
  return new Int32Array(memory.buffer)[0] !== 2 * 32_767
}
