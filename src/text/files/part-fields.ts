/**
 * Reads the fields of a normalizer, pre-tokenizer or model of a tokenizer.json. Kept apart from invalid-tokenizer.ts,
 * because a page loads these functions only for tokenizers other than BERT's.
 */

import { isJsonObject } from '../../checks/json.js'
import { describe } from '../../errors.js'
import { invalidTokenizer } from './invalid-tokenizer.js'
import type { TokenizerPart } from './tokenizer-json.js'

/** @param fallback For a field that is left out; without one the field has to be there. */
export function booleanIn(part: TokenizerPart, name: string, fallback?: boolean): boolean {
  const value = part[name] ?? fallback
  if (typeof value === 'boolean') return value
  throw wrongField(part, name, 'true or false')
}

/** @param fallback For a field that is left out; without one the field has to be there. */
export function stringIn(part: TokenizerPart, name: string, fallback?: string): string {
  const value = part[name] ?? fallback
  if (typeof value === 'string') return value
  throw wrongField(part, name, 'a string')
}

/** How deep a `Sequence` may stand in others; published files have one. */
const deepestSequence = 16

/**
 * The parts that a part of the type `Sequence` consists of.
 *
 * @param depth How many others it stands in.
 */
export function partsIn(part: TokenizerPart, name: string, depth: number): readonly TokenizerPart[] {
  const parts = part[name]
  if (depth > deepestSequence)
    throw invalidTokenizer(`${name} stand in each other more than ${deepestSequence} deep`)
  if (!Array.isArray(parts) || !parts.every(isJsonObject)) throw wrongField(part, name, 'a list of objects')
  return parts
}

export function wrongField(part: TokenizerPart, name: string, expected: string): Error {
  return invalidTokenizer(
    `${name} of ${describe(part.type)} has to be ${expected}, not ${describe(part[name])}`,
  )
}
