/** Files of a tokenizer that have to hold a JSON object. */

import { isJsonObject } from '../../checks/json.js'
import { BertEmbedError, describe } from '../../errors.js'

/** The object of a file that a checkpoint may be without. */
export function parseOptionalObject(source: unknown, fileName: string): Record<string, unknown> {
  return source === undefined ? {} : parseJsonObject(source, fileName)
}

/** The object that a file's JSON text or JSON value is. */
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
