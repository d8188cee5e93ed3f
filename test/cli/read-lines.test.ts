/** Lines from bytes that arrive in pieces of any length. */

import { array, assert, asyncProperty, integer, string } from 'fast-check'
import { expect, test } from 'vitest'
import { type Line, readLines } from '../../src/cli/input/read-lines.node.js'

async function linesOf(bytes: Uint8Array, length: number): Promise<Line[]> {
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += length) yield bytes.slice(at, at + length)
  }
  const lines: Line[] = []
  for await (const line of readLines(pieces(), 'input')) lines.push(line)
  return lines
}

const lineText = string({ unit: 'binary', maxLength: 12 }).map((text) => text.replace(/[\n\r\0\ufeff]/g, '_'))

test('lines are the same wherever the pieces end, and their ends count bytes', async () => {
  const texts = array(lineText, { minLength: 1, maxLength: 6 })
  const property = asyncProperty(texts, integer({ min: 1, max: 7 }), async (texts, length) => {
    const bytes = new TextEncoder().encode(texts.map((text) => `${text}\n`).join(''))
    const lines = await linesOf(bytes, length)
    expect(lines.map(({ text }) => text)).toEqual(texts)
    expect(lines.every(({ isWhole, number }, index) => isWhole && number === index + 1)).toBe(true)
    expect(lines.at(-1)!.end).toBe(bytes.length)
  })
  await assert(property)
})

test('a last line without a line break is not whole', async () => {
  const lines = await linesOf(new TextEncoder().encode('one\ntwo'), 3)
  expect(lines.map(({ text, end, isWhole }) => ({ text, end, isWhole }))).toEqual([
    { text: 'one', end: 4, isWhole: true },
    { text: 'two', end: 7, isWhole: false },
  ])
})
