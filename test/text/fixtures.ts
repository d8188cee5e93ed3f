/**
 * The tokenizer fixtures, recorded by scripts/tokenizer/record_fixtures.py, and the tokenizers they were recorded with.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { createTokenizer } from '../../src/text/create-tokenizer.js'
import type { Tokenizer } from '../../src/text/tokenizer.js'

export const vocab = readText('vocab.txt')

/** A recorded encoding of the Rust library: the arguments, then the result. */
export type RecordedEncoding = [
  texts: [string, string?],
  maxLength: number | null,
  truncationSide: 'left' | 'right',
  addSpecialTokens: boolean,
  tokens: string[],
  ids: number[],
  typeIds: number[],
  specialTokensMask: number[],
]

export type TokenizerName = 'cased' | 'uncased'

export const tokenizers: Record<TokenizerName, Tokenizer> = {
  cased: createTokenizer({ vocab, doLowerCase: false }),
  uncased: createTokenizer({ vocab, doLowerCase: true }),
}

export function readFixture<T>(name: string): T {
  return JSON.parse(readText(name)) as T
}

/** The tokenizer kinds other than BERT's, recorded by scripts/tokenizer/record_further_fixtures.py. */
export const kindNames = readdirSync(new URL('../fixtures/tokenizer/kinds/', import.meta.url)).map((file) =>
  file.replace(/\.json$/, ''),
)

/** Returns the tokenizer.json of a kind. */
export function readKind(name: string): Record<string, unknown> {
  return readFixture<{ tokenizerJson: Record<string, unknown> }>(`kinds/${name}.json`).tokenizerJson
}

function readText(name: string): string {
  return readFileSync(new URL(`../fixtures/tokenizer/${name}`, import.meta.url), 'utf8')
}
