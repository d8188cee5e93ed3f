/** Parses vocabulary files of older checkpoints without a tokenizer.json: vocab.txt, or vocab.json with merges.txt. */

import type { Steps } from '../../async/steps.js'
import { BertEmbedError, describe } from '../../errors.js'
import { parseModel } from './parse-model.js'
import type { ModelJson } from './tokenizer-json.js'

/**
 * Parses a vocab.txt to a WordPiece model.
 *
 * The index of a line is the id of its token. Whitespace at the end of a line, such as a carriage return, is not part
 * of the token. An empty line keeps its id. Of two equal lines, the later one counts.
 *
 * @param vocab The text of the file, or its lines.
 */
export function parseVocabText(vocab: string | readonly string[]): ModelJson {
  if (typeof vocab !== 'string' && !Array.isArray(vocab))
    throw new BertEmbedError(
      'INVALID_TOKENIZER',
      `vocab.txt has to be text or a list of lines, not ${describe(vocab)}.`,
    )
  const lines = typeof vocab === 'string' ? vocab.split('\n') : vocab
  // A line break at the end of the text does not start another line.
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

/** Parses a vocab.json and a merges.txt to a BPE model. */
export function parseVocabJson(vocab: unknown, merges: string): Steps<ModelJson> {
  if (typeof merges !== 'string')
    throw new BertEmbedError('INVALID_TOKENIZER', `merges.txt has to be text, not ${describe(merges)}.`)
  const lines = merges.split('\n').map((line) => line.replace(/\r$/, ''))
  if (lines.at(-1) === '') lines.pop()
  return parseModel({ type: 'BPE', vocab, merges: lines })
}

/**
 * Removes whitespace at the end, as Unicode and Rust define it: unlike in JavaScript, U+0085 is whitespace and U+FEFF
 * is not.
 */
function trimLineEnd(line: string): string {
  let end = line.length
  while (end > 0 && /[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/.test(line[end - 1]!))
    end--
  return line.slice(0, end)
}
