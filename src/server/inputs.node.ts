/** The texts of a request: strings or token ids, alone or in lists, as OpenAI and text-embeddings-inference allow them. */

import { RequestError } from './request-error.node.js'

/** A text, or the ids of its tokens. */
export type Input = string | readonly number[]

/** What a request may have in its field for texts. */
export type InputField = Input | readonly Input[]

/** Checks the kinds only, without a list of what is wrong: a body may have millions of ids. */
export function isInputField(value: unknown): value is InputField {
  return isInput(value) || (Array.isArray(value) && value.every(isInput))
}

/**
 * Returns the texts of a field as a list.
 *
 * @throws {RequestError} `empty` for a list without texts, and for a text without characters or ids
 */
export function toInputs(value: InputField, field: string): readonly Input[] {
  const inputs =
    isInput(value) && (typeof value === 'string' || value.length > 0) ? [value] : (value as Input[])
  if (inputs.length === 0) throw new RequestError('empty', `${field} cannot be an empty list.`, { field })
  const empty = inputs.findIndex((input) => input.length === 0)
  if (empty === -1) return inputs
  const where = inputs.length > 1 ? ` Text ${empty} is empty.` : ''
  throw new RequestError('empty', `${field} cannot be an empty text.${where}`, { field })
}

function isInput(value: unknown): value is Input {
  return typeof value === 'string' || (Array.isArray(value) && value.every(Number.isSafeInteger))
}
