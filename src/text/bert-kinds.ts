/** The parts of BERT's own tokenizers, all that most encoders need. */

import { describe } from '../errors.js'
import type { LayoutPart } from './encoding.js'
import { invalidTokenizer } from './files/invalid-tokenizer.js'
import type { ModelJson, TokenizerPart } from './files/tokenizer-json.js'
import { anyCut, bertWordEnd } from './long-texts/text-cuts.js'
import { createWordPiece } from './models/word-piece.js'
import {
  type BertNormalizerOptions,
  createBertNormalizer,
  createBertPreTokenizer,
} from './normalizers/bert-normalizer.js'
import type { TokenizerKinds } from './tokenizer-kinds.js'

/** Only BERT's own layout, `BertNormalizer`, `BertPreTokenizer` and `WordPiece`, and no added token that has to be a whole word. */
export const bertKinds: TokenizerKinds = {
  wordCharacters: () => '',
  findCuts: ({ added_tokens: addedTokens }) => ({ character: anyCut(addedTokens), wordEnd: bertWordEnd }),
  createLayouts: (part, findId) => ({
    one: toLayout(part!.single as Piece[], findId),
    pair: toLayout(part!.pair as Piece[], findId),
  }),
  createNormalizer(part) {
    if (part.type === 'BertNormalizer') return createBertNormalizer(bertNormalizerOptions(part))
    throw unsupported('normalizer', part)
  },
  createPreTokenizer(part) {
    if (part.type === 'BertPreTokenizer') return createBertPreTokenizer()
    throw unsupported('pre_tokenizer', part)
  },
  *createModel(model) {
    yield
    return createWordPieceOf(model)
  },
}

/** A piece of the template that `bertLayout` makes. */
interface Piece {
  readonly SpecialToken?: { readonly id: string; readonly type_id: number }
  readonly Sequence?: { readonly id: string; readonly type_id: number }
}

function toLayout(pieces: readonly Piece[], findId: (token: string) => number): LayoutPart[] {
  return pieces.map(({ SpecialToken: special, Sequence: text }) =>
    special
      ? { token: special.id, id: findId(special.id), typeId: special.type_id }
      : { text: text!.id === 'A' ? 0 : 1, typeId: text!.type_id },
  )
}

export function bertNormalizerOptions(part: TokenizerPart): BertNormalizerOptions {
  const lowercase = part.lowercase !== false
  return {
    cleanText: part.clean_text !== false,
    handleChineseChars: part.handle_chinese_chars !== false,
    stripAccents: (part.strip_accents ?? lowercase) !== false,
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

function unsupported(where: string, part: TokenizerPart): Error {
  return invalidTokenizer(`${where} is of the type ${describe(part.type)}, which is none of BERT's own`)
}
