/** The tokenizer fixtures, recorded by scripts/tokenizer/record_fixtures.py, and the tokenizers they were recorded with. */

import { readFileSync } from 'node:fs'
import { createTokenizer, type Tokenizer } from '../../src/text/tokenizer.js'

export const vocab = readText('vocab.txt')

export type TokenizerName = 'cased' | 'uncased'

export const tokenizers: Record<TokenizerName, Tokenizer> = {
  cased: createTokenizer({ vocab, doLowerCase: false }),
  uncased: createTokenizer({ vocab, doLowerCase: true }),
}

export function readFixture<T>(name: string): T {
  return JSON.parse(readText(name)) as T
}

function readText(name: string): string {
  return readFileSync(new URL(`../fixtures/tokenizer/${name}`, import.meta.url), 'utf8')
}
