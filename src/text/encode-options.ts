/** The options of `encode`, and their checks. */

import { checkOneOf } from '../checks/check-one-of.js'
import { checkBoolean, type OptionChecks } from '../checks/check-options.js'
import { checkWholeNumber } from '../checks/check-whole-number.js'
import { ArgumentRangeError } from '../errors.js'
import { checkText } from './check-texts.js'
import type { Truncation, TruncationSide } from './truncate-tokens.js'

export interface EncodeOptions {
  /**
   * Maximum number of tokens, special tokens included.
   *
   * @default no limit, not even `tokenizer.maxLength`
   */
  readonly maxLength?: number | undefined
  /** The second text of a pair. An empty string is a second text as well. */
  readonly textPair?: string | undefined
  /** Add special tokens, such as [CLS] and [SEP], around the text. @default true */
  readonly addSpecialTokens?: boolean | undefined
  /** Which text of a pair is truncated. @default 'longest_first' */
  readonly truncation?: Truncation | undefined
  /** The end at which tokens are removed. @default the side in the tokenizer's files, or 'right' */
  readonly truncationSide?: TruncationSide | undefined
}

export const encodeOptions: OptionChecks<EncodeOptions> = {
  maxLength: (option, value) => checkWholeNumber(option, value, { min: 0 }),
  textPair: (_, value) => checkText(value, 'textPair'),
  addSpecialTokens: checkBoolean,
  truncation: (option, value) => checkOneOf(option, value, ['longest_first', 'only_first', 'only_second']),
  truncationSide: (option, value) => checkOneOf(option, value, ['left', 'right']),
}

/** @throws {ArgumentRangeError} `INVALID_OPTION` when `maxLength` is less than the number of special tokens. */
export function checkRoom({ maxLength }: EncodeOptions, specialTokens: number): void {
  if (maxLength !== undefined && maxLength < specialTokens)
    throw new ArgumentRangeError(
      'INVALID_OPTION',
      `maxLength is ${maxLength}, but the special tokens alone are ${specialTokens}.`,
    )
}
