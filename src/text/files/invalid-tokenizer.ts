/** The error of a tokenizer.json that is none. */

import { BertEmbedError } from '../../errors.js'

/** @param what What is wrong, without a full stop. */
export function invalidTokenizer(what: string, options?: ErrorOptions): BertEmbedError {
  return new BertEmbedError('INVALID_TOKENIZER', `tokenizer.json: ${what}.`, options)
}
