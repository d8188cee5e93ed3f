/** A tokenizer with many tokens, such as XLM-RoBERTa's, is loaded in steps that yield to the event loop. */

import { expect, test } from 'vitest'
import { readTokenizer } from '../../src/loading/files/read-tokenizer.js'
import { memorySource } from '../../src/sources/memory.js'

const words = Array.from({ length: 120_000 }, (_, index) => `▁${index.toString(36)}x`)
const special = ['<s>', '<pad>', '</s>', '<unk>']
const unigram = {
  model: {
    type: 'Unigram',
    unk_id: 3,
    vocab: [...special, ...words].map((token, id) => [token, -id / 1000]),
  },
}
const bpe = {
  model: {
    type: 'BPE',
    vocab: Object.fromEntries(
      [...special, 'a', ...words.map((_, index) => 'a'.repeat(2) + index)].map((token, id) => [token, id]),
    ),
    merges: [],
  },
  pre_tokenizer: { type: 'WhitespaceSplit' },
}

test.each([
  [
    'Unigram',
    unigram,
    'XLMRobertaTokenizer',
    ['<s>', words[77], words[119_999], '</s>'],
    `${words[77]} ${words[119_999]}`.replaceAll('▁', ''),
  ],
  ['BPE', bpe, 'PreTrainedTokenizerFast', ['a'], 'a'],
] as const)(
  'loading a %s of 120,000 tokens yields to the event loop',
  async (_, json, name, tokens, text) => {
    const files = {
      'tokenizer.json': JSON.stringify(json),
      'tokenizer_config.json': JSON.stringify({ tokenizer_class: name, pad_token: '<pad>' }),
    }
    let turns = 0
    let isDone = false
    const turn = () => {
      turns++
      if (!isDone) setImmediate(turn)
    }
    setImmediate(turn)
    const tokenizer = await readTokenizer(memorySource(files), {
      config: {},
      tableSize: 200_000,
      lowercase: false,
    })
    isDone = true
    expect(turns).toBeGreaterThan(4)
    expect(tokenizer.encode(text).tokens).toEqual(tokens)
  },
)
