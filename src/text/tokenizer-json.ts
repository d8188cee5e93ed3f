/** What a tokenizer.json holds, checked before anything is built of it. */

import { describe } from '../errors.js'
import { isJsonObject } from '../json.js'
import { invalidTokenizer } from './invalid-tokenizer.js'
import { parseJsonObject } from './tokenizer-config.js'

/** A part of the file that the tokenizer library reads: here only its type matters. */
export type TokenizerPart = { readonly type?: unknown } & Readonly<Record<string, unknown>>

/** The file, with what it may leave out filled in. */
export interface TokenizerJson {
  readonly added_tokens: readonly AddedToken[]
  readonly normalizer: TokenizerPart | null
  readonly pre_tokenizer: TokenizerPart | null
  readonly post_processor: TokenizerPart | null
  readonly decoder: TokenizerPart | null
  readonly model: TokenizerPart & {
    readonly vocab: Readonly<Record<string, number>> | readonly (readonly [token: string, score: number])[]
  }
  readonly padding?: unknown
  readonly truncation?: unknown
}

/** A token outside the model's own rules: found in the text as it is, before anything is split. */
export interface AddedToken {
  readonly id: number
  readonly content: string
  readonly normalized?: boolean
  readonly special?: boolean
  readonly single_word?: boolean
  readonly lstrip?: boolean
  readonly rstrip?: boolean
}

/**
 * Parses a tokenizer.json: JSON text or the value of it.
 *
 * @throws {BertEmbedError} `INVALID_TOKENIZER` when it is no tokenizer, or its vocabulary cannot be one.
 */
export function parseTokenizerJson(source: unknown): TokenizerJson {
  const json = parseJsonObject(source, 'tokenizer.json')
  const model = parseModel(json.model)
  const addedTokens = parseAddedTokens(json.added_tokens ?? [])
  checkIds(model.vocab, addedTokens)
  return {
    ...json,
    added_tokens: addedTokens,
    normalizer: parsePart(json, 'normalizer'),
    pre_tokenizer: parsePart(json, 'pre_tokenizer'),
    post_processor: parsePart(json, 'post_processor'),
    decoder: parsePart(json, 'decoder'),
    model,
  }
}

/** More tokens than any vocabulary has (the largest in use have about a million), and few enough to hold. */
const maxVocabularySize = 2 ** 23

/** Ids may have holes, as where vocab.txt had equal lines; a table mostly of holes is no vocabulary. */
const maxHolesPerToken = 1
const maxHoles = 1024

/** The models that the tokenizer library has. */
const modelTypes = ['WordPiece', 'BPE', 'Unigram']

function parseModel(model: unknown): TokenizerJson['model'] {
  if (!isJsonObject(model)) throw invalidTokenizer(`model has to be an object, not ${describe(model)}`)
  const type = model.type ?? (isUntypedWordPiece(model) ? 'WordPiece' : undefined)
  if (!modelTypes.includes(type as string))
    throw invalidTokenizer(`model.type is ${describe(type)}, not one of ${modelTypes.join(', ')}`)
  if (type === 'Unigram') return { ...model, type, vocab: parseScores(model) }
  const vocab = parseVocab(model.vocab)
  if (type === 'BPE') return { ...model, type, vocab }

  // Left out, these are BERT's, as in the Rust library.
  const unknown = model.unk_token ?? '[UNK]'
  const prefix = model.continuing_subword_prefix ?? '##'
  const maxCharacters = model.max_input_chars_per_word ?? 100
  if (typeof unknown !== 'string' || !Object.hasOwn(vocab, unknown))
    throw invalidTokenizer(`model.unk_token ${describe(unknown)} is not in model.vocab`)
  if (typeof prefix !== 'string')
    throw invalidTokenizer(`model.continuing_subword_prefix has to be a string, not ${describe(prefix)}`)
  if (!Number.isSafeInteger(maxCharacters) || (maxCharacters as number) < 0)
    throw invalidTokenizer(
      `model.max_input_chars_per_word has to be a whole number from 0, not ${describe(maxCharacters)}`,
    )
  return {
    ...model,
    type,
    unk_token: unknown,
    continuing_subword_prefix: prefix,
    max_input_chars_per_word: maxCharacters,
    vocab,
  }
}

/** Files older than `model.type` tell a WordPiece by its prefix. */
function isUntypedWordPiece(model: Record<string, unknown>): boolean {
  return typeof model.continuing_subword_prefix === 'string' && !('merges' in model)
}

function parseVocab(vocab: unknown): Record<string, number> {
  if (!isJsonObject(vocab)) throw invalidTokenizer(`model.vocab has to be an object, not ${describe(vocab)}`)
  for (const [token, id] of Object.entries(vocab))
    if (!isId(id)) throw invalidTokenizer(`model.vocab[${describe(token)}] is ${describe(id)}, not an id`)
  return vocab as Record<string, number>
}

/** A Unigram's vocabulary: tokens with the logarithms of their probabilities, the ids being their places. */
function parseScores({ vocab, unk_id: unknownId }: Record<string, unknown>): (readonly [string, number])[] {
  if (!Array.isArray(vocab) || vocab.length >= maxVocabularySize)
    throw invalidTokenizer(`model.vocab has to be a list of tokens with scores, not ${describe(vocab)}`)
  vocab.forEach((entry: unknown, id) => {
    const [token, score] = Array.isArray(entry) ? entry : []
    if (typeof token !== 'string' || !Number.isFinite(score))
      throw invalidTokenizer(`model.vocab[${id}] has to be a token and its score, not ${describe(entry)}`)
  })
  if ((unknownId ?? null) !== null && (!isId(unknownId) || unknownId >= vocab.length))
    throw invalidTokenizer(
      `model.unk_id is ${describe(unknownId)}, with ${vocab.length} tokens in model.vocab`,
    )
  return vocab
}

function parseAddedTokens(tokens: unknown): AddedToken[] {
  if (!Array.isArray(tokens)) throw invalidTokenizer(`added_tokens has to be a list, not ${describe(tokens)}`)
  return tokens.map((token: unknown, index) => {
    if (!isJsonObject(token) || !isId(token.id) || typeof token.content !== 'string' || token.content === '')
      throw invalidTokenizer(`added_tokens[${index}] has to be an object with id and content`)
    for (const name of ['normalized', 'special', 'single_word', 'lstrip', 'rstrip'])
      if (!['boolean', 'undefined'].includes(typeof token[name]))
        throw invalidTokenizer(
          `added_tokens[${index}].${name} has to be true or false, not ${describe(token[name])}`,
        )
    return { ...token, normalized: token.normalized ?? token.special !== true } as unknown as AddedToken
  })
}

/** Every id is one token's, and there are about as many ids as tokens. */
function checkIds(vocab: TokenizerJson['model']['vocab'], addedTokens: readonly AddedToken[]): void {
  const idOf = new Map<string, number>(
    Array.isArray(vocab) ? vocab.map(([token], id) => [token, id]) : Object.entries(vocab),
  )
  const tokens = idOf.size
  const tokenOf = new Map([...idOf].map(([token, id]) => [id, token]))
  if (tokens === 0) throw invalidTokenizer('model.vocab is empty')
  if (tokenOf.size !== tokens) throw invalidTokenizer('model.vocab has an id twice')
  for (const { id, content } of addedTokens) {
    const owner = tokenOf.get(id) ?? content
    if (owner !== content || (idOf.get(content) ?? id) !== id)
      throw invalidTokenizer(
        `added_tokens gives ${describe(content)} the id ${id}, but ${owner === content ? `its id is ${idOf.get(content)}` : `that is ${describe(owner)}`}`,
      )
    tokenOf.set(id, content)
    idOf.set(content, id)
  }
  const highest = [...tokenOf.keys()].reduce((high, id) => Math.max(high, id), 0)
  if (highest >= tokens + addedTokens.length + Math.max(maxHoles, tokens * maxHolesPerToken))
    throw invalidTokenizer(`the highest id is ${highest}, with ${tokens} tokens in model.vocab`)
}

function isId(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) < maxVocabularySize
}

function parsePart(json: Record<string, unknown>, name: string): TokenizerPart | null {
  const part = json[name] ?? null
  if (part !== null && !isJsonObject(part))
    throw invalidTokenizer(`${name} has to be an object or null, not ${describe(part)}`)
  return part
}
