/** Reads the vocabulary of a tokenizer that has no tokenizer.json. */

import { BertEmbedError } from '../../errors.js'
import {
  fileNotFound,
  type ModelSource,
  type OpenOptions,
  readJson,
  readText,
} from '../../sources/model-source.js'
import { findClass } from '../../text/classes/all-classes.js'
import { classNameOf } from '../../text/classes/class-name.js'
import { parseTokenizerConfig } from '../../text/files/tokenizer-config.js'

/** The files of tokenizers from before tokenizer.json. */
const vocabularyFiles = [
  'vocab.txt',
  'vocab.json',
  'merges.txt',
  'bpe.codes',
  'sentencepiece.bpe.model',
  'spiece.model',
  'spm.model',
  'tokenizer.model',
]

/**
 * Reads the files that the tokenizer's class needs.
 *
 * @throws {BertEmbedError} `FILE_NOT_FOUND` when one is missing, `UNSUPPORTED_MODEL` when the class is not supported.
 */
export async function readVocabulary(
  source: ModelSource,
  files: { readonly tokenizerConfig: unknown; readonly config: unknown },
  options: OpenOptions,
) {
  const name = classNameOf(parseTokenizerConfig(files.tokenizerConfig), files.config) ?? 'Bert'
  const file = findClass(name)?.vocabularyFile
  if (file === 'vocab.txt') {
    const vocab = await readText(source, 'vocab.txt', options)
    if (vocab !== undefined) return { vocab }
  }
  if (file === 'vocab.json') {
    const vocabJson = await readJson(source, 'vocab.json', options)
    const merges = await readText(source, 'merges.txt', options)
    if (vocabJson !== undefined && merges !== undefined) return { vocabJson, merges }
  }
  const there: string[] = []
  for (const path of vocabularyFiles) if (await source.open(path, options)) there.push(path)
  const read = file === 'vocab.json' ? 'vocab.json with merges.txt' : file
  if (there.length === 0) throw fileNotFound(source, `tokenizer.json${read ? ` (nor ${read})` : ''}.`)
  throw new BertEmbedError(
    read ? 'FILE_NOT_FOUND' : 'UNSUPPORTED_MODEL',
    `${source.name} has no tokenizer.json${read ? `, nor ${read}` : ''}, but ${there.join(', ')}, from which the library cannot create a ${name}Tokenizer. ` +
      'Write one with transformers, AutoTokenizer.from_pretrained(model).save_pretrained(directory), or pass a tokenizer, createEmbedder({ tokenizer }) (docs/tokenizers.md).',
  )
}
