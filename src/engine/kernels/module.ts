/** Start here: the WebAssembly module with all kernels. */

import { createModule, type MemoryLimits } from '../wasm/module.js'
import { defineActivation } from './activations.js'
import { plainArithmetic, relaxedArithmetic } from './arithmetic.js'
import { defineAttention } from './attention.js'
import { defineHasInfinite, defineWidenBfloat16, defineWidenFloat16 } from './conversions.js'
import { defineElementwise } from './elementwise.js'
import { defineInt8LookUp, defineLookUp } from './embeddings.js'
import { defineLayerNorm } from './layer-norm.js'
import { defineLinear } from './linear.js'
import { defineInt8Linear } from './linear-int8.js'
import { defineInt8Pack, definePack } from './packing.js'
import { pairFormat } from './pair-format.js'
import { defineMaximum, defineWeightedSum } from './pooling.js'
import { quadFormat } from './quad-format.js'
import { defineQuantize } from './quantize.js'
import { defineRotate } from './rotary.js'
import { defineTiles } from './tile.js'

export interface KernelOptions extends MemoryLimits {
  /** A module with relaxed SIMD is invalid in engines that do not have it. */
  readonly isRelaxed: boolean
  /** Whether to multiply 8-bit weights by the 8-bit dot product of relaxed SIMD, see `int8-dot.ts`. @default false */
  readonly usesInt8Dot?: boolean | undefined
}

/** Encodes the kernels. */
export function encodeKernels({ isRelaxed, usesInt8Dot = false, ...memory }: KernelOptions) {
  const arithmetic = isRelaxed ? relaxedArithmetic : plainArithmetic
  const format = usesInt8Dot ? quadFormat : pairFormat
  const module = createModule()
  const tiles = defineTiles(module, arithmetic)
  const activate = defineActivation(module, arithmetic)
  defineLookUp(module)
  defineInt8LookUp(module)
  defineLinear(module, arithmetic, { tiles, activate })
  defineInt8Linear(module, format, { activate })
  defineQuantize(module, format)
  defineLayerNorm(module, arithmetic)
  defineAttention(module, arithmetic, tiles)
  defineRotate(module)
  defineElementwise(module)
  defineWeightedSum(module, arithmetic)
  defineMaximum(module)
  definePack(module)
  defineInt8Pack(module, format)
  defineWidenBfloat16(module)
  defineWidenFloat16(module)
  defineHasInfinite(module)
  return module.encode(memory)
}
