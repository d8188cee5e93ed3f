/**
 * Writes a checkpoint in the shape of a published model with seeded random weights, to measure loading, speed and memory.
 *
 *     node bench/make-checkpoint.mjs DIRECTORY [--shape all-MiniLM-L6-v2] [--tokenizer DIRECTORY] [--seed N]
 *
 * --tokenizer is a directory with vocab.txt, tokenizer.json and tokenizer_config.json of one vocabulary. Without it, the
 * vocabulary is synthetic and splits English into more tokens than a real one.
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
