/** Checks a caller's tokenizer and each of its encodings: an invalid encoding would silently make a wrong vector. */

import type { Steps } from '../async/steps.js'
import { checkOneOf } from '../checks/check-one-of.js'
import { checkBoolean, wrongKind } from '../checks/check-options.js'
import { checkWholeNumber } from '../checks/check-whole-number.js'
import { isJsonObject } from '../checks/json.js'
import { checkMethods } from '../checks/option-kinds.js'
import { BertEmbedError, describe } from '../errors.js'
import { isDataOf } from '../tensor/tensor.js'
import type { EncodeOptions } from './encode-options.js'
import type { Encoding } from './encoding.js'
import { encodeInPieces } from './long-texts/encode-in-pieces.js'
import type { EncodeInStepsOptions, StepwiseEncode } from './long-texts/encode-in-steps.js'
import type { Tokenizer } from './tokenizer.js'

/** Checks the option `tokenizer`. @throws {ArgumentTypeError | ArgumentRangeError} `INVALID_OPTION` */
export function checkTokenizer(option: string, value: unknown): asserts value is Tokenizer {
  const { countSpecialTokens, get_vocab: getVocab } = (value ?? {}) as Record<string, unknown>
  if (!countSpecialTokens && getVocab)
    throw wrongKind(option, value, 'a Tokenizer: wrap it with wrapTokenizer')
  checkMethods(option, value, ['encode', 'countSpecialTokens'])
  const { vocabSize, maxLength, padToken, paddingSide, encodesPieces = false } = value as Tokenizer
  checkWholeNumber(`${option}.vocabSize`, vocabSize)
  if (maxLength !== undefined) checkTokenizerLength(`${option}.maxLength`, maxLength)
  checkWholeNumber(`${option}.padToken.id`, padToken?.id, { min: 0, max: vocabSize - 1 })
  checkWholeNumber(`${option}.padToken.typeId`, padToken.typeId, { min: 0 })
  checkOneOf(`${option}.paddingSide`, paddingSide, ['left', 'right'])
  checkBoolean(`${option}.encodesPieces`, encodesPieces)
}

/** Allows 1e30, which files have for "no limit". @throws {ArgumentRangeError} `INVALID_OPTION` */
export function checkTokenizerLength(option: string, maxLength: unknown): void {
  checkWholeNumber(option, maxLength, { max: Number.MAX_VALUE })
}

/**
 * Wraps a caller's tokenizer so that each encoding is checked and copied.
 *
 * @param lowercase Lowercase each text first, as the model's files ask for.
 * @param config The model's config.json, which has the number of token types.
 * @throws {BertEmbedError} `INVALID_TOKENIZER` for an invalid encoding: of an empty text at once, of others from
 *   `encode`.
 */
export function checkedTokenizer(
  tokenizer: Tokenizer,
  { lowercase, config }: { readonly lowercase: boolean; readonly config?: unknown },
): Tokenizer {
  const specialTokens = tokenizer.countSpecialTokens()
  const typeSize = typeVocabSize(config)
  const prepare = (text: string) => (lowercase ? text.toLowerCase() : text)
  function encode(text: string, options: EncodeOptions = {}): Encoding {
    return checked(text, tokenizer.encode(prepare(text), options), options)
  }
  function* inSteps(text: string, options: EncodeInStepsOptions = {}): Steps<Encoding> {
    const { inSteps: encodeInSteps } = tokenizer.encode as Partial<StepwiseEncode>
    if (encodeInSteps) return checked(text, yield* encodeInSteps(prepare(text), options), options)
    // With a maxLength, only the tokenizer knows which end of the text it truncates.
    if (tokenizer.encodesPieces && options.maxLength === undefined)
      return yield* encodeInPieces(text, { encode })
    return encode(text, { maxLength: options.maxLength })
  }
  function checked(
    text: string,
    encoding: Encoding,
    { maxLength, addSpecialTokens = true }: EncodeOptions,
  ): Encoding {
    const wrong = findProblem(encoding, {
      vocabSize: tokenizer.vocabSize,
      typeSize,
      maxLength,
      specialTokens: addSpecialTokens ? specialTokens : 0,
    })
    if (wrong === undefined) return copyEncoding(encoding)
    throw new BertEmbedError('INVALID_TOKENIZER', `The tokenizer returned ${wrong} for ${describe(text)}.`)
  }
  const { typeId } = tokenizer.padToken
  if (typeId >= typeSize)
    throw new BertEmbedError(
      'INVALID_TOKENIZER',
      `The tokenizer has a padToken of type ${typeId}, with type_vocab_size ${typeSize}.`,
    )
  encode('')
  return {
    vocabSize: tokenizer.vocabSize,
    maxLength: tokenizer.maxLength,
    padToken: tokenizer.padToken,
    paddingSide: tokenizer.paddingSide,
    encodesPieces: tokenizer.encodesPieces,
    countSpecialTokens: (options) => tokenizer.countSpecialTokens(options),
    encode: Object.assign(encode, { inSteps }) satisfies StepwiseEncode,
  }
}

/** Number of token types that the model has rows for; infinite when config.json does not have it. */
function typeVocabSize(config: unknown): number {
  const size = isJsonObject(config) ? config.type_vocab_size : undefined
  return typeof size === 'number' && size > 0 ? size : Number.POSITIVE_INFINITY
}

/** Copies an encoding, which waits for its batch: a tokenizer may fill the same arrays at each call. */
function copyEncoding({ ids, tokenTypeIds, tokens, specialTokensMask, truncatedTokens }: Encoding): Encoding {
  return {
    ids: ids.slice(),
    tokenTypeIds: tokenTypeIds.slice(),
    tokens: tokens.slice(),
    specialTokensMask: specialTokensMask.slice(),
    truncatedTokens,
  }
}

interface EncodingLimits {
  readonly vocabSize: number
  readonly typeSize: number
  readonly maxLength: number | undefined
  /** Number of special tokens around the text. */
  readonly specialTokens: number
}

/** Describes the first problem of an encoding of one text; `undefined` for a valid one. */
function findProblem(
  encoding: Encoding,
  { vocabSize, typeSize, maxLength, specialTokens }: EncodingLimits,
): string | undefined {
  const { ids, tokenTypeIds, tokens, specialTokensMask: mask, truncatedTokens } = encoding ?? {}
  if (!isDataOf('int32', ids)) return `ids that are ${describe(ids ?? encoding)}, not an Int32Array`
  const { length } = ids
  if (!isDataOf('int32', tokenTypeIds) || tokenTypeIds.length !== length)
    return `tokenTypeIds that are ${describe(tokenTypeIds)}, not an Int32Array of ${length}`
  const unknownType = tokenTypeIds.find((id) => id < 0 || id >= typeSize)
  if (unknownType !== undefined) return `the token type ${unknownType}, with type_vocab_size ${typeSize}`
  if (!isDataOf('uint8', mask) || mask.length !== length)
    return `a specialTokensMask that is ${describe(mask)}, not a Uint8Array of ${length}`
  if (!Array.isArray(tokens) || tokens.length !== length)
    return `tokens that are ${describe(tokens)}, not an array of ${length}`
  const wrongToken = tokens.findIndex((token) => typeof token !== 'string')
  if (wrongToken !== -1) return `tokens with ${describe(tokens[wrongToken])} among them, not strings`
  if (!Number.isSafeInteger(truncatedTokens) || truncatedTokens < 0)
    return `truncatedTokens that are ${describe(truncatedTokens)}, not a number from 0`
  if (length > (maxLength ?? length)) return `${length} tokens, with maxLength ${maxLength}`
  const unknown = ids.find((id) => id < 0 || id >= vocabSize)
  if (unknown !== undefined) return `the id ${unknown}, with vocabSize ${vocabSize}`
  const textStart = mask.indexOf(0)
  const textEnd = mask.lastIndexOf(0) + 1
  const isSplit = textStart !== -1 && mask.subarray(textStart, textEnd).includes(1)
  const specialCount = mask.filter((special) => special === 1).length
  if (isSplit || specialCount !== specialTokens)
    return `a specialTokensMask of ${mask.join('')}, with ${specialTokens} special tokens around the text`
  return undefined
}
