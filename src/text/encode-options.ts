/** What can be asked of one call of `encode`, and the checks of it. */

import { checkOneOf } from '../checks/check-one-of.js'
import { checkBoolean, type OptionChecks } from '../checks/check-options.js'
import { checkWholeNumber } from '../checks/check-whole-number.js'
import { ArgumentRangeError, ArgumentTypeError, describe } from '../errors.js'
import type { Truncation, TruncationSide } from './truncate-tokens.js'

export interface EncodeOptions {
  /** In tokens, the special tokens included. @default no limit: the model's own is `tokenizer.maxLength` */
  readonly maxLength?: number | undefined
  /** A second text; `''` is one too. */
  readonly textPair?: string | undefined
  /** @default true */
  readonly addSpecialTokens?: boolean | undefined
  /** @default 'longest_first' */
  readonly truncation?: Truncation | undefined
  /** @default what the tokenizer's files say, else 'right' */
  readonly truncationSide?: TruncationSide | undefined
}

export const encodeOptions: OptionChecks<EncodeOptions> = {
  maxLength: (option, value) => checkWholeNumber(option, value, { min: 0 }),
  textPair: (_, value) => checkText(value, 'textPair'),
  addSpecialTokens: checkBoolean,
  truncation: (option, value) => checkOneOf(option, value, ['longest_first', 'only_first', 'only_second']),
  truncationSide: (option, value) => checkOneOf(option, value, ['left', 'right']),
}

/** @throws {ArgumentTypeError} `INVALID_TEXT` when it is no string. */
export function checkText(text: unknown, name: 'text' | 'textPair'): asserts text is string {
  if (typeof text !== 'string')
    throw new ArgumentTypeError('INVALID_TEXT', `${name} has to be a string, not ${describe(text)}.`)
}

/** @throws {ArgumentRangeError} `INVALID_OPTION` when there is no room for the special tokens. */
export function checkRoom({ maxLength }: EncodeOptions, specialTokens: number): void {
  if (maxLength !== undefined && maxLength < specialTokens)
    throw new ArgumentRangeError(
      'INVALID_OPTION',
      `maxLength is ${maxLength}, but the special tokens alone are ${specialTokens}.`,
    )
}
