/**
 * Writes a checkpoint of a published model's shape with seeded random weights, for measuring load, speed and memory.
 *
 *     node bench/make-checkpoint.mjs DIRECTORY [--shape all-MiniLM-L6-v2] [--tokenizer DIRECTORY] [--seed N]
 *
 * --tokenizer takes a directory with vocab.txt, tokenizer.json and tokenizer_config.json of the same vocabulary; without
 * it the vocabulary is made up, and English is cut into more tokens than it would be by the real one.
 */

import { parseArgs } from 'node:util'
import { makeCheckpoint, shapes } from './checkpoint/make-checkpoint.mjs'

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    shape: { type: 'string', default: 'bert-base-cased' },
    tokenizer: { type: 'string' },
    seed: { type: 'string', default: '0' },
  },
})
if (positionals.length !== 1 || !(values.shape in shapes)) {
  console.error(`Usage: node bench/make-checkpoint.mjs DIRECTORY [--shape ${Object.keys(shapes).join('|')}]`)
  process.exit(2)
}
makeCheckpoint(positionals[0], { ...values, seed: Number(values.seed) })
