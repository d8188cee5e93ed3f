/** Creates the error for an invalid tokenizer.json. */

import { BertEmbedError } from '../../errors.js'

/** @param what The problem, without a full stop. */
export function invalidTokenizer(what: string, options?: ErrorOptions): BertEmbedError {
  return new BertEmbedError('INVALID_TOKENIZER', `tokenizer.json: ${what}.`, options)
}
