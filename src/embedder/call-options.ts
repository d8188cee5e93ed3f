/** The checks of the options of an embedder's calls. */

import { checkOneOf } from '../checks/check-one-of.js'
import {
  checkBoolean,
  checkFunction,
  checkSignal,
  checkString,
  type OptionCheck,
  type OptionChecks,
} from '../checks/check-options.js'
import { checkWholeNumber } from '../checks/check-whole-number.js'
import { checkPooling } from '../tensor/pooling-modes.js'
import { checkRangePair, type Precision, precisions } from '../vectors/precision.js'
import type { EmbedOptions, EmbedTokensOptions, ForwardOptions, TokenizeOptions } from './embedder-types.js'

const checkCount: OptionCheck = (option, value) => checkWholeNumber(option, value)

const lengthOptions: OptionChecks<Omit<TokenizeOptions, 'padding'>> = {
  maxLength: checkCount,
  overflow: (option, value) => checkOneOf(option, value, ['truncate', 'error', 'windows']),
  windowOverlap: (option, value) => checkWholeNumber(option, value, { min: 0 }),
}

export const tokenizeOptions: OptionChecks<TokenizeOptions> = {
  ...lengthOptions,
  padding: (option, value) => checkOneOf(option, value, ['longest', 'max_length']),
}

export const forwardOptions: OptionChecks<ForwardOptions> = { ...tokenizeOptions, signal: checkSignal }

export const embedTokensOptions: OptionChecks<EmbedTokensOptions<Precision>> = {
  signal: checkSignal,
  pooling: checkPooling,
  normalize: checkBoolean,
  truncateDim: checkCount,
  precision: (option, value) => checkOneOf(option, value, precisions),
  ranges: checkRangePair,
  onProgress: checkFunction,
}

export const embedOptions: OptionChecks<EmbedOptions<Precision>> = {
  ...lengthOptions,
  ...embedTokensOptions,
  prompt: checkString,
}
