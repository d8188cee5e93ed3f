/**
 * Parses the `config.json` of a BERT checkpoint, for callers who need only that.
 *
 * Apart from bert-config.ts, because only the package's own exports need it and a page does not.
 */

import { type BertConfig, readBertConfig, refuseDecoders } from './bert-config.js'
import { configFields } from './config-fields.js'
import { readModelType } from './model-type.js'

/**
 * Checks the parsed JSON of `config.json`. Absent fields have the defaults of transformers' `BertConfig`.
 *
 * @throws {BertEmbedError} `UNSUPPORTED_MODEL` for another architecture, position embedding or activation;
 * `INVALID_CONFIG` for values that are impossible or contradict each other.
 */
export function parseBertConfig(json: unknown, { file = 'config.json' } = {}): BertConfig {
  const fields = configFields(json, file)
  readModelType(fields, { bert: { className: 'Bert' } })
  refuseDecoders(fields)
  return readBertConfig(fields)
}
