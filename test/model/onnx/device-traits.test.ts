import { expect, test } from 'vitest'
import { traitsOf } from '../../../src/model/onnx/device-traits.js'

test.each([
  [undefined, { opset: 23, fusedAttention: true, int8Products: true, bfloat16Cast: true, needsProbe: false }],
  ['cpu', { opset: 23, fusedAttention: true, int8Products: true, bfloat16Cast: true, needsProbe: false }],
  ['wasm', { opset: 23, fusedAttention: true, int8Products: true, bfloat16Cast: true, needsProbe: false }],
  [
    'webgpu',
    { opset: 20, fusedAttention: false, int8Products: false, bfloat16Cast: false, needsProbe: true },
  ],
  ['cuda', { opset: 20, fusedAttention: true, int8Products: true, bfloat16Cast: true, needsProbe: true }],
  ['toString', { opset: 20, fusedAttention: true, int8Products: true, bfloat16Cast: true, needsProbe: true }],
])('device %j has the traits %j', (device, traits) => {
  expect(traitsOf(device)).toEqual(traits)
})
