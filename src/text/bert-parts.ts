/** The parts of BERT's own tokenizers, all that most encoders need. */

import { describe } from '../errors.js'
import {
  type BertNormalizerOptions,
  createBertNormalizer,
  createBertPreTokenizer,
} from './bert-normalizer.js'
import { invalidTokenizer } from './invalid-tokenizer.js'
import type { ModelJson, TokenizerPart } from './tokenizer-json.js'
import type { TokenizerParts } from './tokenizer-parts.js'
import { createWordPiece } from './word-piece.js'

/** Only `BertNormalizer`, `BertPreTokenizer` and `WordPiece`, and no added token that has to be a whole word. */
export const bertParts: TokenizerParts = {
  wordCharacters: () => '',
  createNormalizer(part) {
    if (part.type === 'BertNormalizer') return createBertNormalizer(bertNormalizerOptions(part))
    throw unsupported('normalizer', part)
  },
  createPreTokenizer(part) {
    if (part.type === 'BertPreTokenizer') return createBertPreTokenizer()
    throw unsupported('pre_tokenizer', part)
  },
  createModel(model) {
    if (model.type === 'WordPiece') return createWordPieceOf(model)
    throw unsupported('model', model)
  },
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
