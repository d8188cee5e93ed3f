/** Reads fields of `config.json` and of sentence-transformers' files; errors have the code `INVALID_CONFIG`. */

import { type JsonFields, jsonFields } from '../../checks/json-fields.js'

export type ConfigFields = JsonFields

/**
 * @param json The parsed JSON of the file, or an object within it.
 * @throws {BertEmbedError} `INVALID_CONFIG` unless it is an object.
 */
export function configFields(json: unknown, file: string): ConfigFields {
  return jsonFields(json, { file, code: 'INVALID_CONFIG' })
}
