/** The kinds of BERT's tokenizers, which most encoders use. */

import { describe } from '../errors.js'
import type { TemplatePiece } from './encoding.js'
import { invalidTokenizer } from './files/invalid-tokenizer.js'
import type { ModelJson, StageJson } from './files/tokenizer-json.js'
import { bertWordEnd, createCutPattern } from './long-texts/text-cuts.js'
import { createWordPiece } from './models/word-piece.js'
import {
  type BertNormalizerOptions,
  createBertNormalizer,
  createBertPreTokenizer,
} from './normalizers/bert-normalizer.js'
import type { TokenizerKinds } from './tokenizer-kinds.js'

/** Supports `BertNormalizer`, `BertPreTokenizer`, `WordPiece` and `bertTemplates`, but no `single_word` tokens. */
export const bertKinds: TokenizerKinds = {
  wordCharacters: () => '',
  findCuts: ({ added_tokens: addedTokens }) => ({
    character: createCutPattern(addedTokens),
    wordEnd: bertWordEnd,
  }),
  createTemplates: (stage, findId) => ({
    single: toTemplate(stage!.single as JsonPiece[], findId),
    pair: toTemplate(stage!.pair as JsonPiece[], findId),
  }),
  createNormalizer(stage) {
    if (stage.type === 'BertNormalizer') return createBertNormalizer(bertNormalizerOptions(stage))
    throw unsupported('normalizer', stage)
  },
  createPreTokenizer(stage) {
    if (stage.type === 'BertPreTokenizer') return createBertPreTokenizer()
    throw unsupported('pre_tokenizer', stage)
  },
  *createModel(model) {
    yield
    return createWordPieceOf(model)
  },
}

/** A piece of the template that `bertTemplates` creates. */
interface JsonPiece {
  readonly SpecialToken?: { readonly id: string; readonly type_id: number }
  readonly Sequence?: { readonly id: string; readonly type_id: number }
}

function toTemplate(pieces: readonly JsonPiece[], findId: (token: string) => number): TemplatePiece[] {
  return pieces.map(({ SpecialToken: special, Sequence: text }) =>
    special
      ? { token: special.id, id: findId(special.id), typeId: special.type_id }
      : { text: text!.id === 'A' ? 0 : 1, typeId: text!.type_id },
  )
}

export function bertNormalizerOptions(stage: StageJson): BertNormalizerOptions {
  const lowercase = stage.lowercase !== false
  return {
    cleanText: stage.clean_text !== false,
    handleChineseChars: stage.handle_chinese_chars !== false,
    stripAccents: (stage.strip_accents ?? lowercase) !== false,
    lowercase,
  }
}

export function createWordPieceOf(model: ModelJson) {
  return createWordPiece({
    vocab: model.vocabulary.tokenToId,
    unknownToken: model.unk_token as string,
    continuingSubwordPrefix: model.continuing_subword_prefix as string,
    maxInputCharsPerWord: model.max_input_chars_per_word as number,
  })
}

function unsupported(where: string, stage: StageJson): Error {
  return invalidTokenizer(
    `${where} is of the type ${describe(stage.type)}, which BERT's tokenizers do not have`,
  )
}
