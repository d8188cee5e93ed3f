/** Texts to token ids, those of the Rust tokenizers library: the only file that knows `@huggingface/tokenizers`. */

import { Tokenizer as LibraryTokenizer } from '@huggingface/tokenizers'
import { BertEmbedError, describe } from '../errors.js'
import { isJsonObject } from '../json.js'
import { createBertNormalizer, createBertPreTokenizer } from './bert-normalizer.js'
import { checkEncodeOptions, checkText, type EncodeOptions } from './encode-options.js'
import {
  assembleEncoding,
  countSpecialTokens,
  type Encoding,
  type LayoutPart,
  type PaddingSide,
  type PadToken,
} from './encoding.js'
import type { TokenizerConfig } from './tokenizer-config.js'
import { parseTokenizerFiles, type TokenizerFiles } from './tokenizer-files.js'
import type { TokenizerJson } from './tokenizer-json.js'
import { countTokensSeen, truncatedLengths, truncateTokens } from './truncate-tokens.js'

export interface Tokenizer {
  /** The highest id + 1. */
  readonly vocabSize: number
  /** `model_max_length` of tokenizer_config.json, in tokens; `undefined` when it sets no limit. */
  readonly maxLength: number | undefined
  readonly padToken: PadToken
  readonly paddingSide: PaddingSide
  /** How many special tokens stand around a text, or around a pair of texts. */
  countSpecialTokens(options?: { readonly pair?: boolean | undefined }): number
  /**
   * Encodes a text, or a pair of texts. A lone surrogate counts as U+FFFD, which is what UTF-8 makes of it.
   *
   * @throws {ArgumentTypeError} `INVALID_TEXT` when a text is no string.
   * @throws {ArgumentRangeError} `INVALID_OPTION` when `maxLength` has no room for the special tokens or an option has
   *   no such value; `TEXT_TOO_LONG` when only_first or only_second would leave nothing of its text.
   */
  encode(text: string, options?: EncodeOptions): Encoding
}

/**
 * Makes a tokenizer of a checkpoint's files.
 *
 * @throws {BertEmbedError} `INVALID_TOKENIZER` when they are no tokenizer.
 * @example
 * const tokenizer = createTokenizer({ vocab: '[PAD]\n[UNK]\n[CLS]\n[SEP]\nknight\n##s\n' })
 * tokenizer.encode('Knights').tokens // ['[CLS]', 'knight', '##s', '[SEP]']
 */
export function createTokenizer(files: TokenizerFiles): Tokenizer {
  const { json, config } = parseTokenizerFiles(files)
  const library = createLibraryTokenizer(json, config)
  const added = addedTokenIds(library)
  const toId = createLookup(library, added)
  const { isContinuation, toToken } = adaptModel(library, json.model)
  const isAdded = (token: string) => added.has(token)
  const layouts = {
    one: readLayout(library, { isPair: false, addSpecialTokens: true }),
    pair: readLayout(library, { isPair: true, addSpecialTokens: true }),
    bareOne: readLayout(library, { isPair: false, addSpecialTokens: false }),
    barePair: readLayout(library, { isPair: true, addSpecialTokens: false }),
  }
  // The layouts take its place: truncation comes between the tokens and the special tokens.
  library.post_processor = null
  const tokenize = (text: string) => library.tokenize(toWellFormed(text))
  const filesTruncationSide = config.truncationSide ?? directionIn(json.truncation) ?? 'right'

  return {
    vocabSize: library.model!.vocab.length,
    maxLength: config.maxLength,
    padToken: readPadToken(library, json, config),
    paddingSide: config.paddingSide ?? directionIn(json.padding) ?? 'right',
    countSpecialTokens: ({ pair = false } = {}) => countSpecialTokens(pair ? layouts.pair : layouts.one),
    encode(text, options = {}) {
      const { textPair, maxLength, addSpecialTokens = true } = options
      const { truncation = 'longest_first', truncationSide = filesTruncationSide } = options
      checkText(text, 'text')
      if (textPair !== undefined) checkText(textPair, 'textPair')
      const layout =
        textPair === undefined
          ? layouts[addSpecialTokens ? 'one' : 'bareOne']
          : layouts[addSpecialTokens ? 'pair' : 'barePair']
      const specialTokens = countSpecialTokens(layout)
      checkEncodeOptions(options, specialTokens)

      const first = tokenize(text)
      const second = textPair === undefined ? undefined : tokenize(textPair)
      const total = first.length + (second?.length ?? 0)
      const seen = (tokens: readonly string[]) =>
        countTokensSeen(tokens, maxLength ?? total, { side: truncationSide, isContinuation, isAdded })
      const [firstLength, secondLength] = truncatedLengths(
        second && truncation !== 'only_second' ? seen(first) : first.length,
        second && seen(second),
        { limit: maxLength === undefined ? total : maxLength - specialTokens, truncation },
      )
      const texts = [
        truncateTokens(first, firstLength, truncationSide),
        truncateTokens(second ?? [], secondLength, truncationSide),
      ] as const
      return assembleEncoding(layout, texts, {
        toId,
        toToken,
        truncatedTokens: total - firstLength - secondLength,
      })
    },
  }
}

/** With U+FFFD for every lone surrogate. */
function toWellFormed(text: string): string {
  return loneSurrogate.test(text) ? text.replace(/[\ud800-\udfff]/gu, '\ufffd') : text
}

const loneSurrogate = /[\ud800-\udfff]/u

/** The library's tokenizer, with BERT's own steps done by ours. */
function createLibraryTokenizer(json: TokenizerJson, config: TokenizerConfig): LibraryTokenizer {
  const library = guarded('the tokenizer library refuses it', () => new LibraryTokenizer(json, config.json))
  const { normalizer, pre_tokenizer } = json
  if (normalizer?.type === 'BertNormalizer') {
    const lowercase = normalizer.lowercase !== false
    library.normalizer!.normalize = createBertNormalizer({
      cleanText: normalizer.clean_text !== false,
      handleChineseChars: normalizer.handle_chinese_chars !== false,
      stripAccents: (normalizer.strip_accents ?? lowercase) !== false,
      lowercase,
    })
  }
  if (pre_tokenizer?.type === 'BertPreTokenizer') {
    const split = createBertPreTokenizer()
    library.pre_tokenizer!.pre_tokenize = (text) => [text].flat().flatMap(split)
  }
  return library
}

/** Makes a WordPiece look for whole words first, and tells apart an unknown word and an [UNK] that is written in the text. */
function adaptModel(
  library: LibraryTokenizer,
  json: TokenizerJson['model'],
): {
  readonly isContinuation: (token: string) => boolean
  readonly toToken: (token: string) => string
} {
  const model = library.model!
  if (json.type !== 'WordPiece') return { isContinuation: () => false, toToken: (token) => token }
  const unknownWord = '\0unknown'
  const unknownToken = json.unk_token as string
  const prefix = json.continuing_subword_prefix as string
  const maxCharacters = json.max_input_chars_per_word as number
  const cutUp = model.encode.bind(model)
  model.unk_token = unknownWord
  // Most words are tokens as they stand: the library would cut up each of them before it looks.
  model.encode = (words) => {
    const tokens: string[] = []
    for (const word of words)
      if (word.length <= maxCharacters && model.tokens_to_ids.has(word)) tokens.push(word)
      // A character has two code units at most: a longer word is not worth cutting up to count them.
      else if (word.length > 2 * maxCharacters) tokens.push(unknownWord)
      else tokens.push(...cutUp([word]))
    return tokens
  }
  return {
    isContinuation: (token) => prefix !== '' && token.startsWith(prefix),
    toToken: (token) => (token === unknownWord ? unknownToken : token),
  }
}

/** The tokens that are found in the text itself, as the library hands them out: a normalized one as it is normalized. */
function addedTokenIds(library: LibraryTokenizer): ReadonlyMap<string, number> {
  const ids = new Map<string, number>()
  for (const [id, { content, normalized }] of library.get_added_tokens_decoder()) {
    ids.set(content, id)
    if (normalized && library.normalizer) ids.set(library.normalizer(content), id)
  }
  return ids
}

/** From a token, as the library hands it out, to its id. */
function createLookup(
  library: LibraryTokenizer,
  added: ReadonlyMap<string, number>,
): (token: string) => number {
  const { tokens_to_ids: ids, unk_token_id: unknownId } = library.model!
  // As they are for BERT's own special tokens, the ids of added tokens are mostly the vocabulary's.
  const differing = new Map([...added].filter(([token, id]) => ids.get(token) !== id))
  return (token) => {
    const id = (differing.size > 0 ? differing.get(token) : undefined) ?? ids.get(token) ?? unknownId
    if (id === undefined)
      throw new BertEmbedError(
        'INVALID_TOKENIZER',
        `tokenizer.json: ${describe(token)} is not in model.vocab, and there is no unknown token.`,
      )
    return id
  }
}

/** Learns where the special tokens stand by sending texts of one token, which no vocabulary has, through the post-processor. */
function readLayout(
  library: LibraryTokenizer,
  { isPair, addSpecialTokens }: { readonly isPair: boolean; readonly addSpecialTokens: boolean },
): LayoutPart[] {
  const postProcessor = library.post_processor
  if (!postProcessor) return isPair ? bothTexts : firstText
  const { tokens, token_type_ids: typeIds } = guarded('its post_processor cannot be used', () =>
    postProcessor(['\0first'], isPair ? ['\0second'] : null, addSpecialTokens),
  )
  return tokens.map((token, index) => {
    const typeId = typeIds?.[index] ?? 0
    if (token === '\0first') return { text: 0, typeId }
    if (token === '\0second') return { text: 1, typeId }
    return { token, id: findSpecialToken(library, token, 'post_processor'), typeId }
  })
}

const firstText: LayoutPart[] = [{ text: 0, typeId: 0 }]
const bothTexts: LayoutPart[] = [...firstText, { text: 1, typeId: 1 }]

function readPadToken(library: LibraryTokenizer, json: TokenizerJson, config: TokenizerConfig): PadToken {
  const padding = isJsonObject(json.padding) ? json.padding : {}
  const inFile = typeof padding.pad_token === 'string' ? padding.pad_token : undefined
  const usual = ['[PAD]', '<pad>'].find((token) => library.token_to_id(token) !== undefined)
  const token = config.padToken ?? inFile ?? usual ?? '[PAD]'
  const typeId = config.padTokenTypeId ?? padding.pad_type_id ?? 0
  if (!Number.isSafeInteger(typeId) || (typeId as number) < 0)
    throw new BertEmbedError(
      'INVALID_TOKENIZER',
      `tokenizer.json: padding.pad_type_id has to be a whole number from 0, not ${describe(typeId)}.`,
    )
  return { id: findSpecialToken(library, token, 'pad_token'), token, typeId: typeId as number }
}

function findSpecialToken(library: LibraryTokenizer, token: string, field: string): number {
  const id = library.token_to_id(token)
  if (id === undefined)
    throw new BertEmbedError(
      'INVALID_TOKENIZER',
      `tokenizer.json: ${field} names ${describe(token)}, which is not in the vocabulary.`,
    )
  return id
}

function directionIn(part: unknown): 'left' | 'right' | undefined {
  const direction = isJsonObject(part) ? part.direction : undefined
  return direction === 'Left' ? 'left' : direction === 'Right' ? 'right' : undefined
}

function guarded<T>(what: string, run: () => T): T {
  try {
    return run()
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new BertEmbedError('INVALID_TOKENIZER', `tokenizer.json: ${what}: ${reason}`, { cause })
  }
}
