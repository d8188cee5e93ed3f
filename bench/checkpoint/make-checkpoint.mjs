/** Writes a checkpoint in the shape of a published model, with its files, its tensor names and seeded random weights. */

import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { listTensors } from './tensors.mjs'
import { tokenizerFiles } from './tokenizer-files.mjs'
import { madeUpVocabulary } from './vocabulary.mjs'
import { writeWeights } from './write-weights.mjs'

/** The published shapes, with their config files. */
export const shapes = JSON.parse(readFileSync(new URL('shapes.json', import.meta.url), 'utf8'))

/**
 * `tokenizer` is a directory with tokenizer files for a vocabulary of the shape's size. Without it, the vocabulary is
 * synthetic. The weights are written last, so a directory that has them is complete.
 */
export function makeCheckpoint(directory, { shape, tokenizer, seed = 0 }) {
  const { oldNames, lowercase, files } = shapes[shape]
  const config = files['config.json']
  for (const [name, content] of Object.entries(files)) write(directory, name, content)
  const size = config.vocab_size
  if (tokenizer) copyTokenizer(directory, { from: tokenizer, size })
  else
    for (const [name, content] of Object.entries(tokenizerFiles(madeUpVocabulary(size), { lowercase })))
      write(directory, name, content)
  writeWeights(join(directory, 'model.safetensors'), listTensors(config, { oldNames }), { seed })
}

function write(directory, name, content) {
  const path = join(directory, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, typeof content === 'string' ? content : `${JSON.stringify(content, undefined, 2)}\n`)
}

function copyTokenizer(directory, { from, size }) {
  const count = readFileSync(join(from, 'vocab.txt'), 'utf8').trimEnd().split('\n').length
  if (count !== size)
    throw new RangeError(`${from}: vocab.txt has ${count} tokens, this shape's vocabulary has ${size}.`)
  for (const name of ['vocab.txt', 'tokenizer.json', 'tokenizer_config.json'])
    copyFileSync(join(from, name), join(directory, name))
}
