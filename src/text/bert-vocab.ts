/** The tokenizer.json that a bare vocab.txt stands for: how BERT checkpoints were published before there was one. */

import { BertEmbedError, describe } from '../errors.js'
import type { TokenizerJson } from './tokenizer-json.js'

/** What the vocabulary alone does not say. */
export interface BertVocabOptions {
  readonly lowercase: boolean
  /** `null`: as `lowercase` says. */
  readonly stripAccents: boolean | null
  readonly handleChineseChars: boolean
  readonly specialTokens: BertSpecialTokens
}

/** The strings that a vocabulary uses for BERT's special tokens. */
export interface BertSpecialTokens {
  readonly pad: string
  readonly unknown: string
  readonly classify: string
  readonly separate: string
  readonly mask: string
}

/**
 * Makes the tokenizer.json that transformers makes of a vocab.txt.
 *
 * A line's number is its token's id. Whitespace at a line's end, a carriage return with it, is no part of the token; an
 * empty line keeps its id, and of two equal lines the later one counts.
 *
 * @param vocab The file's text, or its lines.
 * @throws {BertEmbedError} `INVALID_TOKENIZER` when a special token is missing ([MASK] may be).
 */
export function parseBertVocab(vocab: string | readonly string[], options: BertVocabOptions): TokenizerJson {
  const vocabulary = parseLines(vocab)
  const { pad, unknown, classify, separate, mask } = options.specialTokens
  for (const token of [pad, unknown, classify, separate])
    if (!vocabulary.has(token))
      throw new BertEmbedError(
        'INVALID_TOKENIZER',
        `vocab.txt has no line ${describe(token)}: it has one token a line, the special tokens among them.`,
      )
  return {
    added_tokens: [...new Set([pad, unknown, classify, separate, mask])]
      .filter((token) => vocabulary.has(token))
      .map((content) => ({ id: vocabulary.get(content)!, content, normalized: false, special: true })),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: options.handleChineseChars,
      strip_accents: options.stripAccents,
      lowercase: options.lowercase,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: bertPostProcessor(options.specialTokens),
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: unknown,
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(vocabulary),
    },
  }
}

/** [CLS] A [SEP], and [CLS] A [SEP] B [SEP] with B and what follows of type 1. */
export function bertPostProcessor({
  classify,
  separate,
}: BertSpecialTokens): TokenizerJson['post_processor'] {
  const special = (id: string, typeId: number) => ({ SpecialToken: { id, type_id: typeId } })
  const sequence = (id: string, typeId: number) => ({ Sequence: { id, type_id: typeId } })
  const single = [special(classify, 0), sequence('A', 0), special(separate, 0)]
  return {
    type: 'TemplateProcessing',
    single,
    pair: [...single, sequence('B', 1), special(separate, 1)],
  }
}

function parseLines(vocab: string | readonly string[]): Map<string, number> {
  const lines = typeof vocab === 'string' ? vocab.split('\n') : vocab
  // The end of the last line is no further line.
  const count = typeof vocab === 'string' && lines.at(-1) === '' ? lines.length - 1 : lines.length
  const vocabulary = new Map<string, number>()
  for (let id = 0; id < count; id++) {
    const line: unknown = lines[id]
    if (typeof line !== 'string')
      throw new BertEmbedError(
        'INVALID_TOKENIZER',
        `vocab.txt: line ${id + 1} is ${describe(line)}, not a token.`,
      )
    vocabulary.set(trimLineEnd(line), id)
  }
  return vocabulary
}

/** Without the whitespace at the end, as Unicode (and Rust) defines it: U+0085 is whitespace, U+FEFF is not. */
function trimLineEnd(line: string): string {
  let end = line.length
  while (end > 0 && /[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/.test(line[end - 1]!))
    end--
  return line.slice(0, end)
}
