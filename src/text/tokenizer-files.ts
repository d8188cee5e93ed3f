/** The files a checkpoint's tokenizer comes in, all brought to one tokenizer.json. */

import { BertEmbedError, describe } from '../errors.js'
import { bertPostProcessor, parseBertVocab } from './bert-vocab.js'
import { parseTokenizerConfig, type TokenizerConfig } from './tokenizer-config.js'
import { parseTokenizerJson, type TokenizerJson, type TokenizerPart } from './tokenizer-json.js'

/** A checkpoint's tokenizer, as JSON values or JSON text: a tokenizer.json, or the text (or lines) of a vocab.txt. */
export type TokenizerFiles = TokenizerJsonFiles | VocabFiles

interface TokenizerJsonFiles extends CommonFiles {
  readonly tokenizerJson: unknown
}

interface VocabFiles extends CommonFiles {
  readonly vocab: string | readonly string[]
  /** @default what tokenizer_config.json says, else `true` */
  readonly doLowerCase?: boolean | undefined
}

interface CommonFiles {
  readonly tokenizerConfig?: unknown
  /**
   * Write texts in lower case before anything else, accents and special tokens as they are: what `do_lower_case`
   * means in sentence-transformers' own files. @default false
   */
  readonly lowercase?: boolean | undefined
}

/**
 * Checks the files and brings them together as transformers does.
 *
 * @throws {BertEmbedError} `INVALID_TOKENIZER` when they are no tokenizer.
 */
export function parseTokenizerFiles(files: TokenizerFiles): {
  readonly json: TokenizerJson
  readonly config: TokenizerConfig
} {
  if (typeof files !== 'object' || files === null)
    throw new BertEmbedError(
      'INVALID_TOKENIZER',
      `A tokenizer is made of { tokenizerJson } or { vocab }, not of ${describe(files)}.`,
    )
  const config = parseTokenizerConfig(files.tokenizerConfig)
  const json = 'vocab' in files ? parseVocab(files, config) : parseJson(files, config)
  return { json: files.lowercase ? withLowercase(json) : json, config }
}

function parseVocab(files: VocabFiles, config: TokenizerConfig): TokenizerJson {
  return parseBertVocab(files.vocab, {
    lowercase: files.doLowerCase ?? config.lowercase ?? true,
    stripAccents: config.stripAccents ?? null,
    handleChineseChars: config.handleChineseChars ?? true,
    specialTokens: config.specialTokens,
  })
}

function parseJson(files: TokenizerJsonFiles, config: TokenizerConfig): TokenizerJson {
  const json = parseTokenizerJson(files.tokenizerJson)
  return files.tokenizerConfig === undefined ? json : withBertConfig(json, config)
}

/** Lower case comes first, unless there is some already; BERT's normaliser does it itself, in any order. */
function withLowercase(json: TokenizerJson): TokenizerJson {
  const { normalizer } = json
  if (normalizer?.type === 'BertNormalizer') {
    const stripAccents = normalizer.strip_accents ?? normalizer.lowercase !== false
    return { ...json, normalizer: { ...normalizer, lowercase: true, strip_accents: stripAccents } }
  }
  const steps =
    normalizer?.type === 'Sequence' ? (normalizer.normalizers as TokenizerPart[]) : [normalizer ?? []].flat()
  if (steps.some(({ type }) => type === 'Lowercase')) return json
  return { ...json, normalizer: { type: 'Sequence', normalizers: [{ type: 'Lowercase' }, ...steps] } }
}

/** The classes that transformers builds anew from the vocabulary, with the options of tokenizer_config.json. */
const bertClass = /^(Bert|ConvBert|DistilBert|Electra|LayoutLM|MobileBert|MPNet|SqueezeBert)Tokenizer(Fast)?$/

/**
 * For BERT's own classes transformers takes the word of tokenizer_config.json, its defaults included, against that of
 * the normalizer in tokenizer.json; so do we, to get the ids it gets. Without a post-processor both add BERT's.
 */
function withBertConfig(json: TokenizerJson, config: TokenizerConfig): TokenizerJson {
  if (
    json.normalizer?.type !== 'BertNormalizer' ||
    json.model.type !== 'WordPiece' ||
    !bertClass.test(config.tokenizerClass ?? 'BertTokenizer')
  )
    return json
  return {
    ...json,
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: config.handleChineseChars ?? true,
      strip_accents: config.stripAccents ?? null,
      lowercase: config.lowercase ?? true,
    },
    post_processor: json.post_processor ?? bertPostProcessor(config.specialTokens),
  }
}
