/**
 * All kinds of normalizers, pre-tokenizers and models. Loaded on demand, when a tokenizer.json needs more than BERT's
 * kinds.
 */

import type { Steps } from '../async/steps.js'
import { describe } from '../errors.js'
import { createWordPieceOf } from './bert-kinds.js'
import { invalidTokenizer } from './files/invalid-tokenizer.js'
import { parsePostProcessor } from './files/post-processor.js'
import { booleanField, stringField, wrongField } from './files/stage-fields.js'
import type { ModelJson, StageJson } from './files/tokenizer-json.js'
import { findCuts } from './long-texts/find-cuts.js'
import { type BpeOptions, createBpe } from './models/bpe.js'
import { charactersPerStep, type TokenizerModel } from './models/tokenizer-model.js'
import { createUnigram } from './models/unigram.js'
import { createWordLevel } from './models/word-level.js'
import { createNormalizer } from './normalizers/normalizers.js'
import { createPreTokenizer } from './pre-tokenizers/pre-tokenizers.js'
import type { TokenizerKinds } from './tokenizer-kinds.js'
import { toCharacterClass } from './unicode/character-class.js'
import { letters, otherWordCharacters } from './unicode/further-unicode.js'

export const allKinds: TokenizerKinds = {
  wordCharacters: () => toCharacterClass(letters) + toCharacterClass(otherWordCharacters),
  findCuts,
  createTemplates: parsePostProcessor,
  createNormalizer: (stage) => createNormalizer(stage),
  createPreTokenizer: (stage) => createPreTokenizer(stage),
  createModel,
}

function* createModel(model: ModelJson): Steps<TokenizerModel> {
  switch (model.type) {
    case 'WordPiece':
      return createWordPieceOf(model)
    case 'WordLevel':
      return createWordLevel(model.vocabulary.tokenToId, model.unk_token as string)
    case 'BPE':
      return yield* createBpe(yield* parseBpe(model))
    case 'Unigram':
      return yield* createUnigram({
        tokenToId: model.vocabulary.tokenToId,
        pieces: model.vocabulary.pieces!,
        unknownId: (model.unk_id as number | null | undefined) ?? undefined,
        byteFallback: booleanField(model, 'byte_fallback', false),
      })
  }
}

function* parseBpe(model: ModelJson): Steps<BpeOptions> {
  const vocab = model.vocabulary.tokenToId
  const dropout = model.dropout ?? 0
  // Dropout skips merges at random, for training. A text has to have the same vector every time.
  if (dropout !== 0) throw wrongField(model, 'dropout', 'null')
  const continuingSubwordPrefix = stringField(model, 'continuing_subword_prefix', '')
  return {
    vocab,
    merges: yield* parseMerges(model, vocab, continuingSubwordPrefix),
    unknownToken: (model.unk_token ?? undefined) === undefined ? undefined : stringField(model, 'unk_token'),
    continuingSubwordPrefix,
    endOfWordSuffix: stringField(model, 'end_of_word_suffix', ''),
    fuseUnknown: booleanField(model, 'fuse_unk', false),
    byteFallback: booleanField(model, 'byte_fallback', false),
    ignoreMerges: booleanField(model, 'ignore_merges', false),
  }
}

/** A merge is a pair of tokens or, in older files, one string with a space between the two. */
function* parseMerges(
  model: StageJson,
  vocab: ReadonlyMap<string, number>,
  prefix: string,
): Steps<(readonly [string, string])[]> {
  const { merges } = model
  if (!Array.isArray(merges)) throw wrongField(model, 'merges', 'a list')
  const pairs: (readonly [string, string])[] = []
  for (const [rank, merge] of (merges as unknown[]).entries()) {
    if (rank % charactersPerStep === 0) yield
    if (typeof merge === 'string' && merge.startsWith('#version')) continue
    const pair: unknown = typeof merge === 'string' ? merge.split(' ') : merge
    if (!Array.isArray(pair) || pair.length !== 2 || !pair.every((token) => typeof token === 'string'))
      throw invalidTokenizer(`merges[${rank}] of BPE has to be two tokens, not ${describe(merge)}`)
    const [left, right] = pair as [string, string]
    for (const token of [left, right, left + right.slice(prefix.length)])
      if (!vocab.has(token))
        throw invalidTokenizer(`merges[${rank}] of BPE needs ${describe(token)}, which is not in model.vocab`)
    pairs.push([left, right])
  }
  return pairs
}
