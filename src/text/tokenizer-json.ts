/** What a tokenizer.json holds, checked before anything is built of it. */

import { describe } from '../errors.js'
import { isJsonObject } from '../json.js'
import { type AddedToken, parseTokenSpec } from './added-token.js'
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
  readonly model: ModelJson
  readonly padding?: unknown
  readonly truncation?: unknown
}

/** The model, its vocabulary aside as the file has it. */
export interface ModelJson extends TokenizerPart {
  readonly vocabulary: Vocabulary
}

export interface Vocabulary {
  readonly tokenToId: ReadonlyMap<string, number>
  /** How many tokens there are: fewer than ids where vocab.txt had equal lines. */
  readonly size: number
  /** Of a Unigram: its tokens in the order of their ids, with the logarithms of their probabilities. */
  readonly pieces?: readonly (readonly [token: string, score: number])[]
}

/**
 * Parses a tokenizer.json: JSON text or the value of it.
 *
 * @throws {BertEmbedError} `INVALID_TOKENIZER` when it is no tokenizer, or its vocabulary cannot be one.
 */
export function parseTokenizerJson(source: unknown): TokenizerJson {
  const json = parseJsonObject(source, 'tokenizer.json')
  return {
    added_tokens: parseAddedTokens(json.added_tokens ?? []),
    normalizer: parsePart(json, 'normalizer'),
    pre_tokenizer: parsePart(json, 'pre_tokenizer'),
    post_processor: parsePart(json, 'post_processor'),
    model: parseModel(json.model),
    padding: json.padding,
    truncation: json.truncation,
  }
}

/** More tokens than any vocabulary has (the largest in use have about a million), and few enough to hold. */
const maxVocabularySize = 2 ** 23

/** Ids may have holes, as where vocab.txt had equal lines; a table mostly of holes is no vocabulary. */
const maxHolesPerToken = 1
const maxHoles = 1024

/** The models that the tokenizer library has. */
const modelTypes = ['WordPiece', 'BPE', 'Unigram', 'WordLevel']

/** Parses the model of a tokenizer.json, or one made of a vocabulary's own file. */
export function parseModel(model: unknown): ModelJson {
  if (!isJsonObject(model)) throw invalidTokenizer(`model has to be an object, not ${describe(model)}`)
  const { vocab, ...others } = model
  const type = model.type ?? inferType(model)
  if (!modelTypes.includes(type as string))
    throw invalidTokenizer(`model.type is ${describe(type)}, not one of ${modelTypes.join(', ')}`)
  if (type === 'Unigram') return { ...others, type, vocabulary: parsePieces(model) }
  const vocabulary = parseVocab(vocab)
  if (type === 'BPE') return { ...others, type, vocabulary }

  // Left out, these are BERT's, as in the Rust library.
  const unknown = model.unk_token ?? '[UNK]'
  const prefix = model.continuing_subword_prefix ?? '##'
  const maxCharacters = model.max_input_chars_per_word ?? 100
  if (typeof unknown !== 'string' || !vocabulary.tokenToId.has(unknown))
    throw invalidTokenizer(`model.unk_token ${describe(unknown)} is not in model.vocab`)
  if (typeof prefix !== 'string')
    throw invalidTokenizer(`model.continuing_subword_prefix has to be a string, not ${describe(prefix)}`)
  if (!Number.isSafeInteger(maxCharacters) || (maxCharacters as number) < 0)
    throw invalidTokenizer(
      `model.max_input_chars_per_word has to be a whole number from 0, not ${describe(maxCharacters)}`,
    )
  return {
    ...others,
    type,
    unk_token: unknown,
    continuing_subword_prefix: prefix,
    max_input_chars_per_word: maxCharacters,
    vocabulary,
  }
}

/** Files older than `model.type` tell their models by the other fields. */
function inferType(model: Record<string, unknown>): string | undefined {
  if (Array.isArray(model.vocab)) return 'Unigram'
  if ('merges' in model) return 'BPE'
  if ('continuing_subword_prefix' in model) return 'WordPiece'
  return 'unk_token' in model ? 'WordLevel' : undefined
}

function parseVocab(vocab: unknown): Vocabulary {
  if (!isJsonObject(vocab)) throw invalidTokenizer(`model.vocab has to be an object, not ${describe(vocab)}`)
  const tokenToId = new Map<string, number>()
  const used = new Set<number>()
  let highest = -1
  for (const token of Object.keys(vocab)) {
    const id = vocab[token]
    if (!isId(id)) throw invalidTokenizer(`model.vocab[${describe(token)}] is ${describe(id)}, not an id`)
    tokenToId.set(token, id)
    used.add(id)
    if (id > highest) highest = id
  }
  const { size } = tokenToId
  if (size === 0) throw invalidTokenizer('model.vocab is empty')
  if (used.size !== size) throw invalidTokenizer('model.vocab has an id twice')
  if (highest >= size + Math.max(maxHoles, size * maxHolesPerToken))
    throw invalidTokenizer(`the highest id is ${highest}, with ${size} tokens in model.vocab`)
  return { tokenToId, size }
}

/** A Unigram's vocabulary: the ids are the places in the list. */
function parsePieces({ vocab, unk_id: unknownId }: Record<string, unknown>): Vocabulary {
  if (!Array.isArray(vocab) || vocab.length >= maxVocabularySize)
    throw invalidTokenizer(`model.vocab has to be a list of tokens with scores, not ${describe(vocab)}`)
  if (vocab.length === 0) throw invalidTokenizer('model.vocab is empty')
  const tokenToId = new Map<string, number>()
  vocab.forEach((entry: unknown, id) => {
    const isPiece = Array.isArray(entry) && typeof entry[0] === 'string' && Number.isFinite(entry[1])
    if (!isPiece)
      throw invalidTokenizer(`model.vocab[${id}] has to be a token and its score, not ${describe(entry)}`)
    tokenToId.set(entry[0], id)
  })
  if ((unknownId ?? null) !== null && (!isId(unknownId) || unknownId >= vocab.length))
    throw invalidTokenizer(
      `model.unk_id is ${describe(unknownId)}, with ${vocab.length} tokens in model.vocab`,
    )
  return { tokenToId, size: vocab.length, pieces: vocab }
}

function parseAddedTokens(tokens: unknown): AddedToken[] {
  if (!Array.isArray(tokens)) throw invalidTokenizer(`added_tokens has to be a list, not ${describe(tokens)}`)
  return tokens.map((token: unknown, index) => {
    if (!isJsonObject(token) || !isId(token.id))
      throw invalidTokenizer(`added_tokens[${index}] has to be an object with id and content`)
    return { ...parseTokenSpec(token, `tokenizer.json: added_tokens[${index}]`), id: token.id }
  })
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
