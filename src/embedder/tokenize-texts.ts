/** Turns texts into tokens by the options of a call: adds the prompt, and truncates, refuses or cuts long texts. */

import { nextTask } from '../async/next-task.js'
import type { Steps } from '../async/steps.js'
import { ArgumentRangeError } from '../errors.js'
import type { Encoding } from '../text/encoding.js'
import { encodeInSteps } from '../text/long-texts/encode-in-steps.js'
import { padEncodings } from '../text/pad.js'
import type { Tokenizer } from '../text/tokenizer.js'
import { checkMaxLength, type EmbedderSettings } from './embedder-settings.js'
import type { Tokenization, TokenizeOptions } from './embedder-types.js'
import { cutWindows, resolveWindowSize, type WindowSize } from './token-windows.js'

export interface TokenizeContext {
  readonly tokenizer: Tokenizer
  readonly settings: EmbedderSettings
}

export interface TokenizeRulesOptions extends Omit<TokenizeOptions, 'padding'> {
  /** Text that is put before every text. @default '' */
  readonly prompt?: string
  /** Read texts to their end, to count the tokens that are truncated. @default false */
  readonly countsAll?: boolean
}

/** How the texts of one call become tokens. */
export interface TokenizeRules {
  readonly tokenizer: Tokenizer
  readonly prompt: string
  readonly maxLength: number
  readonly overflow: TokenizeOptions['overflow']
  /** Set if `overflow` is `windows`. */
  readonly windowSize: WindowSize | undefined
  readonly countsAll: boolean | undefined
}

/** @throws {ArgumentRangeError} `INVALID_OPTION` */
export function resolveTokenizeRules(
  { maxLength, overflow, windowOverlap, prompt = '', countsAll }: TokenizeRulesOptions,
  { tokenizer, settings }: TokenizeContext,
): TokenizeRules {
  const length = checkMaxLength(maxLength ?? settings.maxLength, settings)
  const windowSize =
    overflow === 'windows'
      ? resolveWindowSize({
          maxLength: length,
          specialTokens: settings.specialTokens,
          promptTokens: tokenizer.encode(prompt, { addSpecialTokens: false }).ids.length,
          overlap: windowOverlap,
        })
      : undefined
  return { tokenizer, prompt, maxLength: length, overflow, windowSize, countsAll }
}

/**
 * Number of characters tokenized before yielding to the event loop. It takes about 1 ms, but about 10 ms while the code
 * is not yet optimised or other threads use all processors. A longer text is tokenized in steps of this size.
 */
const charactersPerTask = 2048

/** Decides when the texts of one call yield to the event loop. */
export interface Pace {
  readonly signal: AbortSignal | undefined
  /** Characters tokenized since the last yield. */
  characters: number
}

/** Tokenizes a text with its prompt into one encoding, or one per window, yielding to the event loop in between. */
export async function tokenizePaced(
  text: string,
  index: number,
  rules: TokenizeRules,
  pace: Pace,
): Promise<readonly Encoding[]> {
  const whole = rules.prompt + text
  if (pace.characters > 0 && pace.characters + whole.length > charactersPerTask) await pause(pace)
  pace.characters += whole.length
  const steps = tokenizeInSteps(whole, index, rules)
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return step.value
    await pause(pace)
  }
}

async function pause(pace: Pace): Promise<void> {
  await nextTask()
  pace.signal?.throwIfAborted()
  pace.characters = 0
}

/**
 * Tokenizes all texts into one matrix with a row per text or per window, padded as the tokenizer's files say. It does
 * not yield to the event loop, however long the texts are.
 */
export function tokenizeTexts(
  texts: readonly string[],
  options: TokenizeOptions,
  context: TokenizeContext,
): Tokenization {
  const rules = resolveTokenizeRules(options, context)
  const encodings = texts.map((text, index) => tokenizeText(text, index, rules))
  return toTokenization(encodings, options, context)
}

/** Puts encodings, one per window of each text, into one matrix. */
export function toTokenization(
  windows: readonly (readonly Encoding[])[],
  { padding = 'longest', maxLength }: TokenizeOptions,
  { tokenizer, settings }: TokenizeContext,
): Tokenization {
  const rows = windows.flatMap((encodings, index) => encodings.map((encoding) => ({ encoding, index })))
  const encodings = rows.map(({ encoding }) => encoding)
  const { padToken, paddingSide } = tokenizer
  const length = padding === 'max_length' ? (maxLength ?? settings.maxLength) : undefined
  return {
    ...padEncodings(encodings, { padToken, paddingSide, length }),
    tokens: encodings.map(({ tokens }) => tokens),
    truncatedTokens: encodings.map(({ truncatedTokens }) => truncatedTokens),
    textIndices: rows.map(({ index }) => index),
  }
}

function tokenizeText(text: string, index: number, rules: TokenizeRules): readonly Encoding[] {
  const { tokenizer, maxLength, windowSize } = rules
  return windowSize
    ? cutWindows(tokenizer.encode(text), windowSize)
    : checkOverflow(tokenizer.encode(text, { maxLength }), index, rules)
}

/** Returns the same as {@link tokenizeText}, in steps of about a millisecond. */
function* tokenizeInSteps(text: string, index: number, rules: TokenizeRules): Steps<readonly Encoding[]> {
  const { tokenizer, maxLength, windowSize, countsAll } = rules
  if (!windowSize)
    return checkOverflow(yield* encodeInSteps(tokenizer, text, { maxLength, countsAll }), index, rules)
  const encoding = yield* encodeInSteps(tokenizer, text)
  yield
  return cutWindows(encoding, windowSize)
}

/** @throws {ArgumentRangeError} `TEXT_TOO_LONG` */
function checkOverflow(
  encoding: Encoding,
  index: number,
  { overflow, maxLength }: TokenizeRules,
): readonly Encoding[] {
  if (overflow === 'error' && encoding.truncatedTokens > 0)
    throw new ArgumentRangeError(
      'TEXT_TOO_LONG',
      `Text ${index} has more than the ${maxLength} tokens that fit, special tokens included.`,
    )
  return [encoding]
}
