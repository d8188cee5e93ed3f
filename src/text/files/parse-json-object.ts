/** Parses files of a tokenizer that have to contain a JSON object. */

import { isJsonObject } from '../../checks/json.js'
import { BertEmbedError, describe } from '../../errors.js'

/** Parses an optional file; returns an empty object for `undefined`. */
export function parseOptionalObject(source: unknown, fileName: string): Record<string, unknown> {
  return source === undefined ? {} : parseJsonObject(source, fileName)
}

/** Parses a file that is given as JSON text or as a JSON value. */
export function parseJsonObject(source: unknown, fileName: string): Record<string, unknown> {
  let value = source
  if (typeof source === 'string')
    try {
      value = JSON.parse(source)
    } catch (cause) {
      throw new BertEmbedError('INVALID_TOKENIZER', `${fileName} is not JSON: it is ${describe(source)}.`, {
        cause,
      })
    }
  if (!isJsonObject(value))
    throw new BertEmbedError(
      'INVALID_TOKENIZER',
      `${fileName} has to be a JSON object, not ${describe(value)}.`,
    )
  return value
}
