/** Combines the files of a tokenizer into one tokenizer.json, as transformers does. */

import { BertEmbedError, describe } from '../../errors.js'
import { type AddedToken, parseTokenSpec, type TokenSpec } from '../added-token.js'
import { parseOptionalObject } from '../files/parse-json-object.js'
import { parseTokenizerConfig } from '../files/tokenizer-config.js'
import type {
  ParsedTokenizer,
  TokenizerFiles,
  VocabJsonFiles,
  VocabTextFiles,
} from '../files/tokenizer-files.js'
import type { StageJson, TokenizerJson } from '../files/tokenizer-json.js'
import { addTokens } from './add-tokens.js'
import { findClass } from './all-classes.js'
import { classNameOf } from './class-name.js'
import { commonFields, readSpecialTokens, type SpecialTokens } from './special-tokens.js'
import type { TokenizerClass } from './tokenizer-class.js'

/**
 * Combines the files: the tokenizer's class rebuilds its stages, and the special tokens of all files are added.
 *
 * @param json The tokenizer.json, or a tokenizer.json made from vocabulary files.
 * @throws {BertEmbedError} `INVALID_TOKENIZER` when the files are not a tokenizer's; `UNSUPPORTED_MODEL` when the
 *   tokenizer's class is not supported.
 */
export function joinFiles(json: TokenizerJson, files: TokenizerFiles): ParsedTokenizer {
  const fileConfig = parseTokenizerConfig(files.tokenizerConfig)
  const config =
    'doLowerCase' in files
      ? { ...fileConfig, lowercase: files.doLowerCase ?? fileConfig.lowercase }
      : fileConfig
  const tokenizerClass = findFilesClass(json, files, classNameOf(fileConfig, files.config))
  const tokens = readSpecialTokens({
    config: config.json,
    specialTokensMap: parseOptionalObject(files.specialTokensMap, 'special_tokens_map.json'),
    addedTokens: parseOptionalObject(files.addedTokens, 'added_tokens.json'),
    jsonTokens: json.added_tokens,
  })
  const named = namedTokens(tokens, tokenizerClass)
  const rebuilt = {
    ...json,
    ...tokenizerClass?.rebuild(json, { config, token: (field) => named.get(field)!.content }),
  }
  const { vocabulary } = rebuilt.model

  const kept = tokenizerClass ? [] : addTokens([], json.added_tokens, vocabulary)
  const found = new Set([...kept, ...tokens.added].map(({ content }) => content))
  const extra =
    tokens.extra ?? (tokenizerClass?.extraTokens ?? []).map((token) => parseTokenSpec(token, 'extra'))
  const others = [...named.values(), ...extra].filter(({ content }) => !found.has(content))
  const added = addTokens(kept, [...tokens.added, ...others], vocabulary)

  const inFiles = new Set([
    ...found,
    ...[...tokens.named.values(), ...(tokens.extra ?? [])].map(({ content }) => content),
  ])
  if (isBare(files)) checkBareTokens(named, (token) => vocabulary.tokenToId.has(token) || inFiles.has(token))
  return {
    json: {
      ...(files.lowercase ? addLowercase(rebuilt) : rebuilt),
      added_tokens: dropTokensOutsideTable(added, files.tableSize ?? Infinity, inFiles),
    },
    config,
    padToken: named.get('pad_token')?.content,
  }
}

function isBare(files: TokenizerFiles): files is VocabTextFiles | VocabJsonFiles {
  return !('tokenizerJson' in files)
}

/** The class of the files; `undefined` if tokenizer.json is used without changes. */
function findFilesClass(
  json: TokenizerJson,
  files: TokenizerFiles,
  name: string | undefined,
): TokenizerClass | undefined {
  if (isBare(files)) {
    const file = 'vocab' in files ? 'vocab.txt' : 'vocab.json'
    const found = findClass(name ?? (file === 'vocab.txt' ? 'Bert' : 'Roberta'))
    if (found?.vocabularyFile === file) return found
    throw new BertEmbedError(
      'UNSUPPORTED_MODEL',
      `The tokenizer is a ${name}Tokenizer, which ${file} does not define completely: it needs a tokenizer.json, or your tokenizer as createEmbedder({ tokenizer }) (docs/tokenizers.md).`,
    )
  }
  const isBert = files.tokenizerConfig !== undefined && json.normalizer?.type === 'BertNormalizer'
  const found = findClass(name ?? (isBert ? 'Bert' : undefined))
  return found && !found.keepsJson && found.model === json.model.type ? found : undefined
}

/** The special tokens with a field: from the files, or else the defaults of the class. */
function namedTokens(
  { named }: SpecialTokens,
  tokenizerClass: TokenizerClass | undefined,
): ReadonlyMap<string, TokenSpec> {
  const tokens = new Map<string, TokenSpec>()
  for (const field of commonFields) {
    const ofClass = tokenizerClass?.tokens[field]
    const token = named.get(field) ?? (ofClass === undefined ? undefined : parseTokenSpec(ofClass, field))
    if (token) tokens.set(field, token)
  }
  for (const [field, token] of named) tokens.set(field, token)
  return tokens
}

/** Checks that the vocabulary has the special tokens: any text could be mistaken for a vocab.txt. */
function checkBareTokens(named: ReadonlyMap<string, TokenSpec>, isThere: (token: string) => boolean): void {
  for (const field of ['pad_token', 'cls_token', 'sep_token']) {
    const { content } = named.get(field)!
    if (!isThere(content))
      throw new BertEmbedError(
        'INVALID_TOKENIZER',
        `The vocabulary has no ${describe(content)}, which is the ${field}: does it have one token per line, including the special tokens?`,
      )
  }
}

/** Removes tokens that only the class adds and that the model has no row for. Such a token from a file is an error. */
function dropTokensOutsideTable(
  added: readonly AddedToken[],
  tableSize: number,
  inFiles: ReadonlySet<string>,
): AddedToken[] {
  const outside = added.find(({ id, content }) => id >= tableSize && inFiles.has(content))
  if (outside)
    throw new BertEmbedError(
      'INVALID_TOKENIZER',
      `The added token ${describe(outside.content)} has the id ${outside.id}, but the model's table has ${tableSize} rows. Do the tokenizer and the weights belong together?`,
    )
  return added.filter(({ id }) => id < tableSize)
}

/** Adds lowercasing as the first normalizer, unless there is a `Lowercase`. `BertNormalizer` only gets the option. */
function addLowercase(json: TokenizerJson): TokenizerJson {
  const { normalizer } = json
  if (normalizer?.type === 'BertNormalizer') {
    const stripAccents = normalizer.strip_accents ?? normalizer.lowercase !== false
    return { ...json, normalizer: { ...normalizer, lowercase: true, strip_accents: stripAccents } }
  }
  const steps =
    normalizer?.type === 'Sequence' ? (normalizer.normalizers as StageJson[]) : [normalizer ?? []].flat()
  if (steps.some(({ type }) => type === 'Lowercase')) return json
  return { ...json, normalizer: { type: 'Sequence', normalizers: [{ type: 'Lowercase' }, ...steps] } }
}
