/**
 * What each device can compute. Every choice that depends on a device reads this table, so a new device is a new row.
 */

import type { Opset } from './graph-builder.js'

export interface DeviceTraits {
  /**
   * Newest version of the standard operators that ONNX Runtime has kernels for. Newer operators would run on the CPU.
   */
  readonly opset: Opset
  /** Whether the fused attention operators are right. If not, attention is written out. */
  readonly fusedAttention: boolean
  /**
   * Whether there are kernels for the product of 8-bit rows and 8-bit columns. If not, q8 matrices are stored in
   * blocks.
   */
  readonly int8Products: boolean
  /** Whether Cast reads bfloat16. If not, such weights are converted to float32. */
  readonly bfloat16Cast: boolean
  /** Whether a probe is needed: a small part of the model, whose result is compared with the CPU's. */
  readonly needsProbe: boolean
}

const cpu: DeviceTraits = {
  opset: 23,
  fusedAttention: true,
  int8Products: true,
  bfloat16Cast: true,
  needsProbe: false,
}

/** A device without a row. Kernels for devices other than a CPU lag behind the standard, and depend on drivers. */
const otherDevice: DeviceTraits = { ...cpu, opset: 20, needsProbe: true }

const devices = new Map<string, DeviceTraits>([
  ['cpu', cpu],
  ['wasm', cpu],
  // In onnxruntime-web 1.30, fused attention is wrong by 0.1 and more from 32 tokens on, Cast does not read bfloat16,
  // and products of 8-bit numbers require blocks.
  ['webgpu', { ...otherDevice, fusedAttention: false, int8Products: false, bfloat16Cast: false }],
])

/** @param device `undefined` means the default device, which is a CPU in every runtime. */
export function traitsOf(device = 'cpu'): DeviceTraits {
  return devices.get(device) ?? otherDevice
}
