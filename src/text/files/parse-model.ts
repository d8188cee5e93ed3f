/** Parses the model of a tokenizer.json, of any type. */

import type { Steps } from '../../async/steps.js'
import { describe } from '../../errors.js'
import { charactersPerStep } from '../models/tokenizer-model.js'
import { invalidTokenizer } from './invalid-tokenizer.js'
import {
  isId,
  type ModelJson,
  type ModelType,
  maxVocabularySize,
  parseVocab,
  parseWordPiece,
  type Vocabulary,
} from './tokenizer-json.js'

const modelTypes: readonly ModelType[] = ['WordPiece', 'BPE', 'Unigram', 'WordLevel']

/** Parses the model of a tokenizer.json, or a model of the same form from vocabulary files. */
export function* parseModel(model: Readonly<Record<string, unknown>>): Steps<ModelJson> {
  const { vocab, ...others } = model
  const type = model.type ?? inferType(model)
  if (!isModelType(type))
    throw invalidTokenizer(`model.type is ${describe(type)}, not one of ${modelTypes.join(', ')}`)
  switch (type) {
    case 'Unigram':
      return { ...others, type, vocabulary: yield* parsePieces(model) }
    case 'BPE':
      return { ...others, type, vocabulary: yield* parseVocab(vocab) }
    case 'WordPiece':
    case 'WordLevel':
      return { ...(yield* parseWordPiece(model)), type }
  }
}

function isModelType(type: unknown): type is ModelType {
  return modelTypes.some((known) => known === type)
}

/** Older files have no `model.type`: the other fields show the type. */
function inferType(model: Record<string, unknown>): ModelType | undefined {
  if (Array.isArray(model.vocab)) return 'Unigram'
  if ('merges' in model) return 'BPE'
  if ('continuing_subword_prefix' in model) return 'WordPiece'
  return 'unk_token' in model ? 'WordLevel' : undefined
}

/** Parses the vocabulary of a Unigram: the id of a token is its index in the list. */
function* parsePieces({ vocab, unk_id: unknownId }: Record<string, unknown>): Steps<Vocabulary> {
  if (!Array.isArray(vocab) || vocab.length >= maxVocabularySize)
    throw invalidTokenizer(`model.vocab has to be a list of tokens with scores, not ${describe(vocab)}`)
  if (vocab.length === 0) throw invalidTokenizer('model.vocab is empty')
  const tokenToId = new Map<string, number>()
  for (const [id, entry] of (vocab as unknown[]).entries()) {
    if (id % charactersPerStep === 0) yield
    const isPiece = Array.isArray(entry) && typeof entry[0] === 'string' && Number.isFinite(entry[1])
    if (!isPiece)
      throw invalidTokenizer(`model.vocab[${id}] has to be a token and its score, not ${describe(entry)}`)
    tokenToId.set(entry[0], id)
  }
  if ((unknownId ?? null) !== null && (!isId(unknownId) || unknownId >= vocab.length))
    throw invalidTokenizer(
      `model.unk_id is ${describe(unknownId)}, with ${vocab.length} tokens in model.vocab`,
    )
  return { tokenToId, size: vocab.length, pieces: vocab }
}
