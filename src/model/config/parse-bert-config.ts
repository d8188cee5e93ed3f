/** From the `config.json` of a BERT checkpoint to its configuration, for those who want nothing else of it. */

import { type BertConfig, readBertConfig, refuseDecoders } from './bert-config.js'
import { configFields } from './config-fields.js'
import { readModelType } from './model-type.js'

/**
 * Checks the parsed JSON of `config.json`. Fields that are absent take the defaults of transformers' `BertConfig`.
 *
 * @throws {BertEmbedError} `UNSUPPORTED_MODEL` for another architecture, position embedding or activation;
 * `INVALID_CONFIG` for values that cannot be, or contradict each other.
 */
export function parseBertConfig(json: unknown, { file = 'config.json' } = {}): BertConfig {
  const fields = configFields(json, file)
  readModelType(fields, { bert: { className: 'Bert' } })
  refuseDecoders(fields)
  return readBertConfig(fields)
}
