import { expect, test } from 'vitest'
import { freeMemory } from '../src/free-memory.js'

test('freeMemory frees buffers, empties their views, and keeps other buffers', () => {
  const freed = [new Uint8Array(10), new Uint8Array(0)]
  const other = new Uint8Array(10)
  freeMemory(freed.map(({ buffer }) => buffer))
  expect(freed.map(({ byteLength }) => byteLength)).toEqual([0, 0])
  expect(freed.every(({ buffer }) => buffer.byteLength === 0)).toBe(true)
  expect(other.byteLength).toBe(10)
})

test('freeMemory keeps a buffer that cannot be transferred', () => {
  const { buffer } = new WebAssembly.Memory({ initial: 1 })
  freeMemory([buffer])
  expect(buffer.byteLength).toBe(65_536)
})
