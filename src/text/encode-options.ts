/** What can be asked of one call of `encode`, and the checks of it. */

import { checkOneOf } from '../check-one-of.js'
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

/** @throws {ArgumentTypeError} `INVALID_TEXT` when it is no string. */
export function checkText(text: unknown, name: 'text' | 'textPair'): asserts text is string {
  if (typeof text !== 'string')
    throw new ArgumentTypeError('INVALID_TEXT', `${name} has to be a string, not ${describe(text)}.`)
}

/** @throws {ArgumentRangeError} `INVALID_OPTION` when an option has no such value. */
export function checkEncodeOptions(options: EncodeOptions, specialTokens: number): void {
  const { maxLength, truncation, truncationSide } = options
  if (maxLength !== undefined && !Number.isSafeInteger(maxLength))
    throw new ArgumentRangeError(
      'INVALID_OPTION',
      `maxLength has to be a whole number of tokens, not ${describe(maxLength)}.`,
    )
  if (maxLength !== undefined && maxLength < specialTokens)
    throw new ArgumentRangeError(
      'INVALID_OPTION',
      `maxLength is ${maxLength}, but the special tokens alone are ${specialTokens}.`,
    )
  checkOneOf('truncation', truncation, [undefined, 'longest_first', 'only_first', 'only_second'])
  checkOneOf('truncationSide', truncationSide, [undefined, 'left', 'right'])
}
