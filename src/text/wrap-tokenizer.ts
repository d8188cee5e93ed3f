/** Wraps a tokenizer of `@huggingface/tokenizers`, for kinds of tokenizers that this library does not support. */

import { checkOneOf } from '../checks/check-one-of.js'
import {
  checkBoolean,
  checkOptions,
  checkString,
  type OptionChecks,
  wrongKind,
} from '../checks/check-options.js'
import { checkMethods } from '../checks/option-kinds.js'
import { ArgumentRangeError, BertEmbedError, describe } from '../errors.js'
import { checkText } from './check-texts.js'
import { checkTokenizerLength } from './checked-tokenizer.js'
import { checkRoom, encodeOptions } from './encode-options.js'
import { assembleEncoding, countSpecialTokens, type PaddingSide, type TemplatePiece } from './encoding.js'
import type { Tokens } from './models/tokenizer-model.js'
import type { Tokenizer } from './tokenizer.js'
import { type TruncationSide, truncatedLengths, truncateTokens } from './truncate-tokens.js'

/** The methods of a `Tokenizer` of `@huggingface/tokenizers` that `wrapTokenizer` uses. */
export interface HuggingFaceTokenizer {
  encode(
    text: string,
    options?: {
      readonly text_pair?: string | null
      readonly add_special_tokens?: boolean
      readonly return_token_type_ids?: boolean | null
    },
  ): HuggingFaceEncoding
  get_vocab(): ReadonlyMap<string, number>
}

export interface HuggingFaceEncoding {
  readonly ids: readonly number[]
  readonly tokens: readonly string[]
  readonly token_type_ids?: readonly number[] | undefined
}

export interface WrapTokenizerOptions {
  /** Maximum number of tokens of a text, special tokens included: `model_max_length`. @default the model's maximum */
  readonly maxLength?: number | undefined
  /** The padding token. @default '[PAD]' or '<pad>' */
  readonly padToken?: string | undefined
  /** The side that `tokenize` and `forward` pad. @default 'right' */
  readonly paddingSide?: PaddingSide | undefined
  /** The end at which a text that is too long is truncated. @default 'right' */
  readonly truncationSide?: TruncationSide | undefined
}

const sides = ['left', 'right'] as const

const wrapOptions: OptionChecks<WrapTokenizerOptions> = {
  maxLength: checkTokenizerLength,
  padToken: checkString,
  paddingSide: (option, value) => checkOneOf(option, value, sides),
  truncationSide: (option, value) => checkOneOf(option, value, sides),
}

/**
 * Adds to a tokenizer of `@huggingface/tokenizers` what an embedder needs: truncation, padding, a mask of special
 * tokens.
 *
 * @throws {ArgumentTypeError | ArgumentRangeError} `INVALID_OPTION`
 * @throws {BertEmbedError} `INVALID_TOKENIZER` when it does not put its special tokens before and after a text; from
 *   `encode`, when it returns an invalid id.
 * @example
 * const tokenizer = wrapTokenizer(new Tokenizer(tokenizerJson, tokenizerConfig))
 * const embedder = await createEmbedder({ model, tokenizer })
 */
export function wrapTokenizer(
  tokenizer: HuggingFaceTokenizer,
  options: WrapTokenizerOptions = {},
): Tokenizer {
  checkMethods('tokenizer', tokenizer, ['encode', 'get_vocab'])
  checkOptions('wrapTokenizer', options, wrapOptions)
  const { maxLength, paddingSide = 'right', truncationSide: defaultSide = 'right' } = options
  const vocab = readVocab(tokenizer)
  const one = findTemplate(tokenizer, { isPair: false })
  let pair: readonly TemplatePiece[] | undefined
  const templateFor = (isPair: boolean) => {
    if (!isPair) return one
    pair ??= findTemplate(tokenizer, { isPair })
    return pair
  }
  const toTokens = (text: string) => toBareTokens(tokenizer, text)

  return {
    vocabSize: Array.from(vocab.values()).reduce((max, id) => Math.max(max, id), -1) + 1,
    maxLength,
    padToken: { ...findPadToken(vocab, options.padToken), typeId: 0 },
    paddingSide,
    encodesPieces: true,
    countSpecialTokens: (options = {}) => {
      checkOptions('countSpecialTokens', options, { pair: checkBoolean })
      return countSpecialTokens(templateFor(options.pair ?? false))
    },
    encode(text, options = {}) {
      checkOptions('encode', options, encodeOptions)
      checkText(text, 'text')
      const { textPair, maxLength, addSpecialTokens = true } = options
      const { truncation = 'longest_first', truncationSide = defaultSide } = options
      const whole = templateFor(textPair !== undefined)
      const template = addSpecialTokens ? whole : whole.filter((piece) => 'text' in piece)
      const specialTokens = countSpecialTokens(template)
      checkRoom(options, specialTokens)

      const texts = [toTokens(text), textPair === undefined ? noTokens : toTokens(textPair)] as const
      const total = texts[0].ids.length + texts[1].ids.length
      const lengths = truncatedLengths(
        texts[0].ids.length,
        textPair === undefined ? undefined : texts[1].ids.length,
        { limit: maxLength === undefined ? total : maxLength - specialTokens, truncation },
      )
      return assembleEncoding(
        template,
        [
          truncateTokens(texts[0], lengths[0], truncationSide),
          truncateTokens(texts[1], lengths[1], truncationSide),
        ],
        total - lengths[0] - lengths[1],
      )
    },
  }
}

const noTokens: Tokens = { ids: [], tokens: [] }

/** A text that becomes at least one token with any vocabulary, if only the unknown token. */
const probe = 'a'

function readVocab(tokenizer: HuggingFaceTokenizer): ReadonlyMap<string, number> {
  const vocab: unknown = tokenizer.get_vocab()
  if (!(vocab instanceof Map)) throw wrongKind('tokenizer.get_vocab()', vocab, 'a Map of ids by token')
  for (const [token, id] of vocab)
    if (!Number.isSafeInteger(id) || id < 0)
      throw new BertEmbedError(
        'INVALID_TOKENIZER',
        `The tokenizer's vocabulary gives ${describe(token)} the id ${describe(id)}, not a whole number from 0.`,
      )
  return vocab
}

/**
 * Calls `encode` of the wrapped tokenizer, and checks that it returns lists of the same length, which may be typed
 * arrays.
 */
function encodeWith(
  tokenizer: HuggingFaceTokenizer,
  ...[text, options]: Parameters<HuggingFaceTokenizer['encode']>
): HuggingFaceEncoding {
  const encoding: HuggingFaceEncoding = tokenizer.encode(text, options)
  const { ids, tokens, token_type_ids: typeIds } = encoding ?? {}
  const length = (list: unknown) =>
    Array.isArray(list) || ArrayBuffer.isView(list) ? (list as { length?: number }).length : undefined
  if (length(ids) === undefined || length(tokens) !== length(ids) || length(typeIds ?? ids) !== length(ids))
    throw new BertEmbedError(
      'INVALID_TOKENIZER',
      `The tokenizer returned ${describe(encoding)} for ${describe(text)}, not ids and tokens in lists of the same length.`,
    )
  return encoding
}

/** Returns the tokens of a text without special tokens. */
function toBareTokens(tokenizer: HuggingFaceTokenizer, text: string): Tokens {
  const wellFormed = text.replace(/[\ud800-\udfff]/gu, '\ufffd')
  const { ids, tokens } = encodeWith(tokenizer, wellFormed, { add_special_tokens: false })
  // The library returns undefined for an unknown character if the vocabulary has no unknown token.
  const wrong = ids.findIndex((id) => !Number.isSafeInteger(id))
  if (wrong !== -1)
    throw new BertEmbedError(
      'INVALID_TOKENIZER',
      `The tokenizer gives ${describe(tokens[wrong])} the id ${describe(ids[wrong])}: its vocabulary has neither this token nor an unknown token.`,
    )
  return { ids: [...ids], tokens: [...tokens] }
}

/** Finds the template of one text or a pair by encoding a probe: the tokenizer's post-processor does not expose it. */
function findTemplate(
  tokenizer: HuggingFaceTokenizer,
  { isPair }: { readonly isPair: boolean },
): readonly TemplatePiece[] {
  const bare = toBareTokens(tokenizer, probe)
  const {
    ids,
    tokens,
    token_type_ids: typeIds,
  } = encodeWith(tokenizer, probe, { ...(isPair && { text_pair: probe }), return_token_type_ids: true })
  const template: TemplatePiece[] = []
  const wanted = isPair ? 2 : 1
  let found = 0
  for (let at = 0; at < ids.length; ) {
    const typeId = typeIds?.[at] ?? 0
    const isText = found < wanted && bare.ids.length > 0 && bare.ids.every((id, i) => ids[at + i] === id)
    if (isText) template.push({ text: found++ as 0 | 1, typeId })
    else template.push({ token: tokens[at]!, id: ids[at]!, typeId })
    at += isText ? bare.ids.length : 1
  }
  if (found === wanted) return template
  throw new BertEmbedError(
    'INVALID_TOKENIZER',
    `The tokenizer encodes ${describe(probe)} as ${describe(bare.tokens.join(' '))}, but ${isPair ? 'a pair of it' : 'it'} with special tokens as ${describe(tokens.join(' '))}: special tokens have to be around a text.`,
  )
}

function findPadToken(vocab: ReadonlyMap<string, number>, given: string | undefined) {
  const names = given === undefined ? ['[PAD]', '<pad>'] : [given]
  for (const token of names) {
    const id = vocab.get(token)
    if (id !== undefined) return { token, id }
  }
  throw new ArgumentRangeError(
    'INVALID_OPTION',
    `The tokenizer's vocabulary does not have ${names.join(' nor ')}: name its padding token with padToken.`,
  )
}
