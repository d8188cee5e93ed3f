/** The files a checkpoint's tokenizer comes in, all brought to one tokenizer.json. */

import { BertEmbedError, describe } from '../errors.js'
import { bertPostProcessor, parseBertVocab } from './bert-vocab.js'
import { isObject, parseTokenizerConfig, type TokenizerConfig } from './tokenizer-config.js'
import { parseTokenizerJson, type TokenizerJson } from './tokenizer-json.js'

/** A checkpoint's tokenizer, as JSON values or JSON text: a tokenizer.json, or the text (or lines) of a vocab.txt. */
export type TokenizerFiles =
  | { readonly tokenizerJson: unknown; readonly tokenizerConfig?: unknown }
  | {
      readonly vocab: string | readonly string[]
      readonly tokenizerConfig?: unknown
      /** @default what tokenizer_config.json says, else `true` */
      readonly doLowerCase?: boolean | undefined
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
  if (!isObject(files))
    throw new BertEmbedError(
      'INVALID_TOKENIZER',
      `A tokenizer is made of { tokenizerJson } or { vocab }, not of ${describe(files)}.`,
    )
  const config = parseTokenizerConfig(files.tokenizerConfig)
  if ('vocab' in files) {
    const { vocab, doLowerCase } = files
    const json = parseBertVocab(vocab, {
      lowercase: doLowerCase ?? config.lowercase ?? true,
      stripAccents: config.stripAccents ?? null,
      handleChineseChars: config.handleChineseChars ?? true,
      specialTokens: config.specialTokens,
    })
    return { json, config }
  }
  const json = parseTokenizerJson(files.tokenizerJson)
  return { json: files.tokenizerConfig === undefined ? json : withBertConfig(json, config), config }
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
