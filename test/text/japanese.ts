/**
 * A custom tokenizer for Japanese: `Intl.Segmenter`, instead of MeCab, splits words, and WordPiece splits them further.
 */

import { createTokenizer } from '../../src/text/create-tokenizer.js'
import type { Tokenizer } from '../../src/text/tokenizer.js'

/** Words and parts of words, as in published vocabularies of BERT for Japanese. */
export const japaneseVocab = [
  ...['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'],
  ...[
    '騎士',
    '従者',
    '馬',
    '村',
    '宿',
    '##屋',
    '夜',
    '##明け',
    'は',
    'に',
    'で',
    'の',
    'が',
    '乗',
    '##っ',
    'っ',
    'た',
    '。',
    'A',
    '1',
  ],
]

export function japaneseTokenizer(): Tokenizer {
  const segmenter = new Intl.Segmenter('ja', { granularity: 'word' })
  const splitWords = (text: string) =>
    Array.from(segmenter.segment(text.normalize('NFKC')), ({ segment }) => segment).join(' ')
  const wordPiece = createTokenizer({
    vocab: japaneseVocab,
    doLowerCase: false,
    tokenizerConfig: { tokenize_chinese_chars: false },
  })
  return {
    ...wordPiece,
    encodesPieces: false, // a word depends on the words before it
    encode: (text, options) => wordPiece.encode(typeof text === 'string' ? splitWords(text) : text, options),
  }
}
