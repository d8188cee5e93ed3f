/** Parses a tokenizer.json and checks it. */

import type { Steps } from '../../async/steps.js'
import { isJsonObject } from '../../checks/json.js'
import { describe } from '../../errors.js'
import { type AddedToken, parseTokenSpec } from '../added-token.js'
import { charactersPerStep } from '../models/tokenizer-model.js'
import { invalidTokenizer } from './invalid-tokenizer.js'
import { parseJsonObject } from './parse-json-object.js'

/** One stage of the tokenizer as the file describes it, with fields that depend on `type`. */
export type StageJson = { readonly type?: unknown } & Readonly<Record<string, unknown>>

/** The file, with defaults for optional fields. */
export interface TokenizerJson {
  readonly added_tokens: readonly AddedToken[]
  readonly normalizer: StageJson | null
  readonly pre_tokenizer: StageJson | null
  readonly post_processor: StageJson | null
  readonly model: ModelJson
  readonly padding?: unknown
  readonly truncation?: unknown
}

/** The model as in the file, except that its vocabulary is parsed. */
export interface ModelJson extends StageJson {
  readonly type: ModelType
  readonly vocabulary: Vocabulary
}

/** The types of models that the Rust library has. */
export type ModelType = 'WordPiece' | 'BPE' | 'Unigram' | 'WordLevel'

export interface Vocabulary {
  readonly tokenToId: ReadonlyMap<string, number>
  /** Number of tokens. It is less than the number of ids if vocab.txt had equal lines. */
  readonly size: number
  /** For a Unigram: its tokens in the order of their ids, with the logarithms of their probabilities. */
  readonly pieces?: readonly (readonly [token: string, score: number])[]
}

/**
 * Parses a tokenizer.json in steps: JSON text or a JSON value.
 *
 * @param parseModel Parses the model.
 * @throws {BertEmbedError} `INVALID_TOKENIZER` when it is not a tokenizer's or its vocabulary is invalid.
 */
export function* parseTokenizerJson(
  source: unknown,
  parseModel: (model: Readonly<Record<string, unknown>>) => Steps<ModelJson>,
): Steps<TokenizerJson> {
  const json = parseJsonObject(source, 'tokenizer.json')
  const { model } = json
  if (!isJsonObject(model)) throw invalidTokenizer(`model has to be an object, not ${describe(model)}`)
  return {
    added_tokens: parseAddedTokens(json.added_tokens ?? []),
    normalizer: parseStage(json, 'normalizer'),
    pre_tokenizer: parseStage(json, 'pre_tokenizer'),
    post_processor: parseStage(json, 'post_processor'),
    model: yield* parseModel(model),
    padding: json.padding,
    truncation: json.truncation,
  }
}

/** Maximum number of tokens. The largest vocabularies in use have about a million; this many still fit in memory. */
export const maxVocabularySize = 2 ** 23

/** Ids may have gaps, for example if vocab.txt had equal lines. A vocabulary that is mostly gaps is invalid. */
const maxGapsPerToken = 1
const maxGaps = 1024

/** Parses a WordPiece model, with BERT's values as the defaults. */
export function* parseWordPiece({ vocab, ...model }: Readonly<Record<string, unknown>>): Steps<ModelJson> {
  const vocabulary = yield* parseVocab(vocab)
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
    ...model,
    type: 'WordPiece',
    unk_token: unknown,
    continuing_subword_prefix: prefix,
    max_input_chars_per_word: maxCharacters,
    vocabulary,
  }
}

export function* parseVocab(vocab: unknown): Steps<Vocabulary> {
  if (!isJsonObject(vocab)) throw invalidTokenizer(`model.vocab has to be an object, not ${describe(vocab)}`)
  const tokenToId = new Map<string, number>()
  const used = new Set<number>()
  let highest = -1
  for (const token of Object.keys(vocab)) {
    if (tokenToId.size % charactersPerStep === 0) yield
    const id = vocab[token]
    if (!isId(id)) throw invalidTokenizer(`model.vocab[${describe(token)}] is ${describe(id)}, not an id`)
    tokenToId.set(token, id)
    used.add(id)
    if (id > highest) highest = id
  }
  const { size } = tokenToId
  if (size === 0) throw invalidTokenizer('model.vocab is empty')
  if (used.size !== size) throw invalidTokenizer('model.vocab has an id twice')
  if (highest >= size + Math.max(maxGaps, size * maxGapsPerToken))
    throw invalidTokenizer(`the highest id is ${highest}, with ${size} tokens in model.vocab`)
  return { tokenToId, size }
}

function parseAddedTokens(tokens: unknown): AddedToken[] {
  if (!Array.isArray(tokens)) throw invalidTokenizer(`added_tokens has to be a list, not ${describe(tokens)}`)
  return tokens.map((token: unknown, index) => {
    if (!isJsonObject(token) || !isId(token.id))
      throw invalidTokenizer(`added_tokens[${index}] has to be an object with id and content`)
    return { ...parseTokenSpec(token, `tokenizer.json: added_tokens[${index}]`), id: token.id }
  })
}

export function isId(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) < maxVocabularySize
}

function parseStage(json: Record<string, unknown>, name: string): StageJson | null {
  const stage = json[name] ?? null
  if (stage !== null && !isJsonObject(stage))
    throw invalidTokenizer(`${name} has to be an object or null, not ${describe(stage)}`)
  return stage
}
