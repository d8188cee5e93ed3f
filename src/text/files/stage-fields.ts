/**
 * Reads the fields of a normalizer, pre-tokenizer or model of a tokenizer.json. Kept apart from invalid-tokenizer.ts,
 * because a page loads these functions only for tokenizers other than BERT's.
 */

import { isJsonObject } from '../../checks/json.js'
import { describe } from '../../errors.js'
import { invalidTokenizer } from './invalid-tokenizer.js'
import type { StageJson } from './tokenizer-json.js'

/** @param fallback The value of an absent field. Without it the field is required. */
export function booleanField(stage: StageJson, name: string, fallback?: boolean): boolean {
  const value = stage[name] ?? fallback
  if (typeof value === 'boolean') return value
  throw wrongField(stage, name, 'true or false')
}

/** @param fallback The value of an absent field. Without it the field is required. */
export function stringField(stage: StageJson, name: string, fallback?: string): string {
  const value = stage[name] ?? fallback
  if (typeof value === 'string') return value
  throw wrongField(stage, name, 'a string')
}

/** Maximum depth of nested `Sequence` stages. Published files have a depth of one. */
const maxSequenceDepth = 16

/**
 * Returns the stages of a `Sequence`.
 *
 * @param depth Number of sequences around this one.
 */
export function stagesField(stage: StageJson, name: string, depth: number): readonly StageJson[] {
  const stages = stage[name]
  if (depth > maxSequenceDepth)
    throw invalidTokenizer(`${name} are nested more than ${maxSequenceDepth} deep`)
  if (!Array.isArray(stages) || !stages.every(isJsonObject))
    throw wrongField(stage, name, 'a list of objects')
  return stages
}

export function wrongField(stage: StageJson, name: string, expected: string): Error {
  return invalidTokenizer(
    `${name} of ${describe(stage.type)} has to be ${expected}, not ${describe(stage[name])}`,
  )
}
