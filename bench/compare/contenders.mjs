/** The compared systems (contenders), each in its usual ways of use. */

import { fileURLToPath } from 'node:url'

const ours = { system: 'bert-embed' }
const transformersJs = { system: 'transformers-js', needs: 'onnx' }
const sentenceTransformers = { system: 'sentence-transformers', needs: 'torch', batchSize: 32 }
const oneByOne = { ...transformersJs, name: 'transformers.js one by one', dtype: 'fp32', batchSize: 1 }
const fastembed = { system: 'fastembed', needs: 'onnx', batchSize: 32 }

/**
 * The table of all contenders:
 *
 * - `needs`: the requirement of the contender.
 * - `oneCall`: passes all texts in one call. This may take more memory than the machine has, so the contender is measured once,
 *   alone, and with a memory limit.
 * - `corpus`: the only corpus for the contender. fastembed-js pads every text to 512 tokens, which takes a minute with any other.
 * - `timed: false`: skips single texts, because another contender does the same work for one text.
 * - `sideBySide`: has one session with one thread for each thread of the others.
 */
const table = [
  { ...ours, name: 'bert-embed', dtype: 'fp32' },
  { ...ours, name: 'bert-embed q8', dtype: 'q8' },
  { ...ours, name: 'bert-embed side by side', dtype: 'fp32', sideBySide: true },
  { ...ours, name: 'bert-embed q8 side by side', dtype: 'q8', sideBySide: true },
  oneByOne,
  { ...transformersJs, name: 'transformers.js batches of 32', dtype: 'fp32', batchSize: 32, timed: false },
  {
    ...transformersJs,
    name: 'transformers.js one call',
    dtype: 'fp32',
    oneCall: true,
    corpus: 'minilm mixed',
  },
  { ...transformersJs, name: 'transformers.js q8 one by one', dtype: 'q8', batchSize: 1 },
  { ...transformersJs, name: 'transformers.js q8 batches of 32', dtype: 'q8', batchSize: 32, timed: false },
  { ...sentenceTransformers, name: 'sentence-transformers', dtype: 'fp32' },
  { ...sentenceTransformers, name: 'sentence-transformers bf16', dtype: 'bf16', needs: 'bf16' },
  { ...fastembed, name: 'fastembed-js batches of 32', dtype: 'fp32', corpus: 'minilm long' },
]

/** The contender that all others are compared with. */
export const reference = table[0].name

/** Contenders for growing numbers of texts, up to `maxTexts`. */
const growing = [
  { ...table[0], maxTexts: 10_000 },
  { ...table[1], maxTexts: 10_000 },
  { ...table[1], name: 'bert-embed q8 embedStream', stream: true, maxTexts: 1000 },
  { ...oneByOne, maxTexts: 1000 },
]

/** Chooses the contenders whose name contains one of `only` (or all), and whose requirement is in `available`. */
export function chooseContenders({ only, available }) {
  const isChosen = ({ name, needs }) =>
    (!needs || available.has(needs)) && (only.length === 0 || only.some((part) => name.includes(part)))
  return {
    contendersOf: (name) => table.filter((one) => isChosen(one) && (one.corpus ?? name) === name),
    growing: growing.filter(isChosen),
  }
}

/** Returns the command of a contender's process, and its options. */
export function commandOf({ system, dtype, batchSize, stream, sideBySide }, { threads, python }) {
  const cores = sideBySide ? { threads: 1, sessions: threads } : { threads }
  const options = { dtype, ...cores, batchSize, stream }
  if (system === 'sentence-transformers')
    return {
      command: [python, '-W', 'ignore', pathOf('../systems/sentence_transformers_server.py')],
      options,
    }
  return { command: [process.execPath, pathOf('serve.mjs'), system], options }
}

function pathOf(relative) {
  return fileURLToPath(new URL(relative, import.meta.url))
}
