/** The tokenizer class of BERT and of the models that share it. */

import { isJsonObject } from '../../checks/json.js'
import { describe } from '../../errors.js'
import { invalidTokenizer } from '../files/invalid-tokenizer.js'
import { parseOptionalObject } from '../files/parse-json-object.js'
import { parseTokenizerConfig, type TokenizerConfig } from '../files/tokenizer-config.js'
import type { ParsedTokenizer, TokenizerFiles } from '../files/tokenizer-files.js'
import type { TokenizerJson } from '../files/tokenizer-json.js'
import { specialPiece, type TokenizerClass, templateProcessing, textPiece } from './tokenizer-class.js'

const bertTokens: Readonly<Record<string, string>> = {
  unk_token: '[UNK]',
  sep_token: '[SEP]',
  pad_token: '[PAD]',
  cls_token: '[CLS]',
  mask_token: '[MASK]',
}

export const bertClass: TokenizerClass = {
  model: 'WordPiece',
  vocabularyFile: 'vocab.txt',
  tokens: bertTokens,
  rebuild: (json, { config, token }) => ({
    ...bertWords(json, config, token('unk_token')),
    post_processor: bertTemplates(token('cls_token'), token('sep_token')),
  }),
}

/** Values of `model_type` whose tokenizers have this class if the files name no class. */
export const bertModels = ['bert', 'distilbert', 'electra', 'ernie', 'nomic_bert']

/** Names of this class: in transformers, the others are aliases of the first. */
export const bertNames = ['Bert', 'DistilBert', 'Electra', 'LayoutLM', 'Lxmert', 'MobileBert', 'SqueezeBert']

/**
 * Parses the files of a standard BERT tokenizer: BERT's class, its five special tokens and no other added tokens, as
 * most checkpoints have. Returns `undefined` for all other files, which `parseTokenizerFiles` parses.
 */
export function parseStandardBert(json: TokenizerJson, files: TokenizerFiles): ParsedTokenizer | undefined {
  const config = parseTokenizerConfig(files.tokenizerConfig)
  const fields = [
    ...Object.entries(config.json),
    ...Object.entries(parseOptionalObject(files.specialTokensMap, 'special_tokens_map.json')),
  ]
  const { tokenToId } = json.model.vocabulary
  const isStandard =
    isBert(config, files.config) &&
    json.model.type === bertClass.model &&
    files.addedTokens === undefined &&
    !files.lowercase &&
    fields.every(hasStandardTokens) &&
    json.added_tokens.length === Object.keys(bertTokens).length &&
    json.added_tokens.every((token) => isStandardToken(token) && tokenToId.get(token.content) === token.id)
  if (!isStandard) return undefined
  const token = (field: string) => bertTokens[field]!
  return {
    json: { ...json, ...bertClass.rebuild(json, { config, token }) },
    config,
    padToken: bertTokens.pad_token,
  }
}

/** Whether the files name BERT's class; class-name.ts finds the others. */
function isBert({ tokenizerClass }: TokenizerConfig, modelConfig: unknown): boolean {
  const { model_type: type, tokenizer_class: ofModel } = isJsonObject(modelConfig) ? modelConfig : {}
  const name = tokenizerClass ?? ofModel
  return name === undefined
    ? bertModels.includes(type as string)
    : type !== 'modernbert' &&
        bertNames.some((bert) => name === `${bert}Tokenizer` || name === `${bert}TokenizerFast`)
}

/** Whether a field of tokenizer_config.json or special_tokens_map.json names no special tokens other than BERT's. */
function hasStandardTokens([field, value]: readonly [field: string, value: unknown]): boolean {
  if (field === 'added_tokens_decoder')
    return isJsonObject(value) && Object.values(value).every(isStandardToken)
  if (field.endsWith('special_tokens')) return !value || (value as unknown[]).length === 0
  if (!field.endsWith('_token')) return true
  return isStandardToken(value) && (isJsonObject(value) ? value.content : value) === bertTokens[field]
}

/** Whether a token is one of BERT's special tokens, with the default options for finding it in a text. */
function isStandardToken(value: unknown): boolean {
  const token = isJsonObject(value) ? value : { content: value }
  return (
    Object.values(bertTokens).includes(token.content as string) &&
    !(token.normalized || token.lstrip || token.rstrip || token.single_word)
  )
}

/** BERT's normalizer, pre-tokenizer and WordPiece, with the options of tokenizer_config.json. */
export function bertWords(
  { model }: TokenizerJson,
  config: TokenizerConfig,
  unknownToken: string,
): Partial<TokenizerJson> {
  if (!model.vocabulary.tokenToId.has(unknownToken))
    throw invalidTokenizer(`unk_token ${describe(unknownToken)} is not in the vocabulary`)
  return {
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: config.handleChineseChars ?? true,
      strip_accents: config.stripAccents ?? null,
      lowercase: config.lowercase ?? true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    model: {
      type: 'WordPiece',
      unk_token: unknownToken,
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocabulary: model.vocabulary,
    },
  }
}

/** `[CLS] A [SEP]`, and `[CLS] A [SEP] B [SEP]` with token type 1 for `B [SEP]`. */
export function bertTemplates(cls: string, sep: string) {
  const single = [specialPiece(cls), textPiece('A'), specialPiece(sep)]
  return templateProcessing(single, [...single, textPiece('B', 1), specialPiece(sep, 1)])
}
