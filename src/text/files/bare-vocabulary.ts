/** The files of a vocabulary alone, as checkpoints were published before there was a tokenizer.json. */

import type { Steps } from '../../async/steps.js'
import { BertEmbedError, describe } from '../../errors.js'
import { parseModel } from './parse-model.js'
import type { ModelJson } from './tokenizer-json.js'

/**
 * The model of a vocab.txt.
 *
 * A line's number is its token's id. Whitespace at a line's end, a carriage return with it, is no part of the token; an
 * empty line keeps its id, and of two equal lines the later one counts.
 *
 * @param vocab The file's text, or its lines.
 */
export function parseVocabText(vocab: string | readonly string[]): ModelJson {
  if (typeof vocab !== 'string' && !Array.isArray(vocab))
    throw new BertEmbedError(
      'INVALID_TOKENIZER',
      `vocab.txt has to be text or a list of lines, not ${describe(vocab)}.`,
    )
  const lines = typeof vocab === 'string' ? vocab.split('\n') : vocab
  // The end of the last line is no further line.
  const count = typeof vocab === 'string' && lines.at(-1) === '' ? lines.length - 1 : lines.length
  const tokenToId = new Map<string, number>()
  for (let id = 0; id < count; id++) {
    const line: unknown = lines[id]
    if (typeof line !== 'string')
      throw new BertEmbedError(
        'INVALID_TOKENIZER',
        `vocab.txt: line ${id + 1} is ${describe(line)}, not a token.`,
      )
    tokenToId.set(trimLineEnd(line), id)
  }
  return { type: 'WordPiece', vocabulary: { tokenToId, size: tokenToId.size } }
}

/** The model of a vocab.json and a merges.txt. */
export function parseVocabJson(vocab: unknown, merges: string): Steps<ModelJson> {
  if (typeof merges !== 'string')
    throw new BertEmbedError('INVALID_TOKENIZER', `merges.txt has to be text, not ${describe(merges)}.`)
  const lines = merges.split('\n').map((line) => line.replace(/\r$/, ''))
  if (lines.at(-1) === '') lines.pop()
  return parseModel({ type: 'BPE', vocab, merges: lines })
}

/** Without the whitespace at the end, as Unicode (and Rust) defines it: U+0085 is whitespace, U+FEFF is not. */
function trimLineEnd(line: string): string {
  let end = line.length
  while (end > 0 && /[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/.test(line[end - 1]!))
    end--
  return line.slice(0, end)
}
