/** What each device can compute. All choices that depend on a device read this table; a new device is a new row. */

import type { Opset } from './graph-builder.js'

export interface DeviceTraits {
  /** The newest version of the standard operators that ONNX Runtime has kernels for; others would run on the CPU. */
  readonly opset: Opset
  /** Whether an operator that computes attention as a whole is right there. Otherwise attention is written out. */
  readonly fusedAttention: boolean
  /** Whether there is a product of 8-bit rows and 8-bit columns. Otherwise q8 keeps its matrices in blocks. */
  readonly int8Products: boolean
  /** Whether a Cast reads bfloat16. Otherwise such weights are converted to float32. */
  readonly bfloat16Cast: boolean
  /** Whether a part of the model is computed and compared with the CPU's result before the device is trusted. */
  readonly needsProbe: boolean
}

const cpu: DeviceTraits = {
  opset: 23,
  fusedAttention: true,
  int8Products: true,
  bfloat16Cast: true,
  needsProbe: false,
}

/** Kernels of devices other than a CPU lag behind the standard, and depend on drivers. */
const otherDevice: DeviceTraits = { ...cpu, opset: 20, needsProbe: true }

const devices = new Map<string, DeviceTraits>([
  ['cpu', cpu],
  ['wasm', cpu],
  // onnxruntime-web 1.30: its fused attention is wrong by 0.1 and more from 32 tokens on; it casts no bfloat16; its products
  // of 8-bit numbers take blocks only.
  ['webgpu', { ...otherDevice, fusedAttention: false, int8Products: false, bfloat16Cast: false }],
])

/** @param device `undefined` for the default, which is a CPU in every runtime. Devices without a row have the same traits. */
export function traitsOf(device = 'cpu'): DeviceTraits {
  return devices.get(device) ?? otherDevice
}
