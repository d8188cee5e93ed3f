/** Makes our tokenizer of one of `@huggingface/tokenizers`, for kinds of tokenizers that the library does not have itself. */

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
import { checkTokenizerLength } from './checked-tokenizer.js'
import { checkRoom, checkText, encodeOptions } from './encode-options.js'
import { assembleEncoding, countSpecialTokens, type LayoutPart, type PaddingSide } from './encoding.js'
import type { Tokens } from './models/tokenizer-model.js'
import type { Tokenizer } from './tokenizer.js'
import { keptTokens, type TruncationSide, truncatedLengths } from './truncate-tokens.js'

/** What is used of a `Tokenizer` of `@huggingface/tokenizers`. */
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
  /** The most tokens of a text, special tokens included: `model_max_length`. @default no limit but the model's */
  readonly maxLength?: number | undefined
  /** @default '[PAD]' or '<pad>' */
  readonly padToken?: string | undefined
  /** @default 'right' */
  readonly paddingSide?: PaddingSide | undefined
  /** The end at which a text that is too long is cut. @default 'right' */
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
 * Adds to a tokenizer of `@huggingface/tokenizers` what an embedder needs: truncation, which tokens are special ones, padding.
 *
 * @throws {ArgumentTypeError | ArgumentRangeError} `INVALID_OPTION`
 * @throws {BertEmbedError} `INVALID_TOKENIZER` when its special tokens do not stand around a text; from `encode`, when it
 *   gives something that is not an id.
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
  const { maxLength, paddingSide = 'right', truncationSide: usualSide = 'right' } = options
  const vocab = readVocab(tokenizer)
  const one = findLayout(tokenizer, { isPair: false })
  let pair: readonly LayoutPart[] | undefined
  const layoutOf = (isPair: boolean) => {
    if (!isPair) return one
    pair ??= findLayout(tokenizer, { isPair })
    return pair
  }
  const toTokens = (text: string) => toBareTokens(tokenizer, text)

  return {
    vocabSize: Array.from(vocab.values()).reduce((most, id) => Math.max(most, id), -1) + 1,
    maxLength,
    padToken: { ...findPadToken(vocab, options.padToken), typeId: 0 },
    paddingSide,
    encodesPieces: true,
    countSpecialTokens: (options = {}) => {
      checkOptions('countSpecialTokens', options, { pair: checkBoolean })
      return countSpecialTokens(layoutOf(options.pair ?? false))
    },
    encode(text, options = {}) {
      checkOptions('encode', options, encodeOptions)
      checkText(text, 'text')
      const { textPair, maxLength, addSpecialTokens = true } = options
      const { truncation = 'longest_first', truncationSide = usualSide } = options
      const whole = layoutOf(textPair !== undefined)
      const layout = addSpecialTokens ? whole : whole.filter((part) => 'text' in part)
      const specialTokens = countSpecialTokens(layout)
      checkRoom(options, specialTokens)

      const texts = [toTokens(text), textPair === undefined ? noTokens : toTokens(textPair)] as const
      const total = texts[0].ids.length + texts[1].ids.length
      const lengths = truncatedLengths(
        texts[0].ids.length,
        textPair === undefined ? undefined : texts[1].ids.length,
        { limit: maxLength === undefined ? total : maxLength - specialTokens, truncation },
      )
      return assembleEncoding(
        layout,
        [keptTokens(texts[0], lengths[0], truncationSide), keptTokens(texts[1], lengths[1], truncationSide)],
        total - lengths[0] - lengths[1],
      )
    },
  }
}

const noTokens: Tokens = { ids: [], tokens: [] }

/** A text that any vocabulary makes a token of, if only the unknown one. */
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

/** Lists of one length, typed arrays among them. */
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
      `The tokenizer, of ${describe(text)}, gave ${describe(encoding)}, not ids and tokens in lists of one length.`,
    )
  return encoding
}

/** The tokens of a text alone. */
function toBareTokens(tokenizer: HuggingFaceTokenizer, text: string): Tokens {
  const wellFormed = text.replace(/[\ud800-\udfff]/gu, '\ufffd')
  const { ids, tokens } = encodeWith(tokenizer, wellFormed, { add_special_tokens: false })
  // Without a token for what is unknown, the library gives undefined.
  const wrong = ids.findIndex((id) => !Number.isSafeInteger(id))
  if (wrong !== -1)
    throw new BertEmbedError(
      'INVALID_TOKENIZER',
      `The tokenizer gives ${describe(tokens[wrong])} the id ${describe(ids[wrong])}: its vocabulary does not have it, nor a token for what is unknown.`,
    )
  return { ids: [...ids], tokens: [...tokens] }
}

/** What stands where around a text, or around two: found out with a text, as a post-processor does not say. */
function findLayout(
  tokenizer: HuggingFaceTokenizer,
  { isPair }: { readonly isPair: boolean },
): readonly LayoutPart[] {
  const bare = toBareTokens(tokenizer, probe)
  const {
    ids,
    tokens,
    token_type_ids: typeIds,
  } = encodeWith(tokenizer, probe, { ...(isPair && { text_pair: probe }), return_token_type_ids: true })
  const layout: LayoutPart[] = []
  const wanted = isPair ? 2 : 1
  let found = 0
  for (let at = 0; at < ids.length; ) {
    const typeId = typeIds?.[at] ?? 0
    const isText = found < wanted && bare.ids.length > 0 && bare.ids.every((id, i) => ids[at + i] === id)
    if (isText) layout.push({ text: found++ as 0 | 1, typeId })
    else layout.push({ token: tokens[at]!, id: ids[at]!, typeId })
    at += isText ? bare.ids.length : 1
  }
  if (found === wanted) return layout
  throw new BertEmbedError(
    'INVALID_TOKENIZER',
    `The tokenizer makes ${describe(bare.tokens.join(' '))} of ${describe(probe)}, but with special tokens ${describe(tokens.join(' '))}${isPair ? ' of two of them' : ''}: they have to stand around a text.`,
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
