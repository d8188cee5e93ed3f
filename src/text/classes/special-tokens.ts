/** Reads the special and added tokens of a checkpoint's files as transformers 5 does. */

import { isJsonObject } from '../../checks/json.js'
import { BertEmbedError, describe } from '../../errors.js'
import { type AddedToken, parseTokenSpec, type TokenSpec } from '../added-token.js'

export interface SpecialTokens {
  /** Special tokens by field, such as `cls_token`: first the common fields, then fields that only this model has. */
  readonly named: ReadonlyMap<string, TokenSpec>
  /** Special tokens without a field; `undefined` if no file lists any, so that the defaults of the class count. */
  readonly extra: readonly TokenSpec[] | undefined
  /** All other added tokens, in the order of their ids in the files. */
  readonly added: readonly TokenSpec[]
}

export interface SpecialTokenFiles {
  /** tokenizer_config.json */
  readonly config: Readonly<Record<string, unknown>>
  /** special_tokens_map.json */
  readonly specialTokensMap: Readonly<Record<string, unknown>>
  /** added_tokens.json: ids by token */
  readonly addedTokens: Readonly<Record<string, unknown>>
  /** `added_tokens` of tokenizer.json */
  readonly jsonTokens: readonly AddedToken[]
}

/** The fields that all classes have, in the order in which transformers adds their tokens. */
export const commonFields = ['bos', 'eos', 'unk', 'sep', 'pad', 'cls', 'mask'].map((name) => `${name}_token`)

/**
 * Reads the tokens of all files. If tokenizer_config.json has `added_tokens_decoder`, the other files are ignored.
 * Otherwise special_tokens_map.json overrides tokenizer_config.json, and added_tokens.json and tokenizer.json add
 * tokens.
 *
 * @throws {BertEmbedError} `INVALID_TOKENIZER` for a field that is not a token.
 */
export function readSpecialTokens(files: SpecialTokenFiles): SpecialTokens {
  const { config, jsonTokens } = files
  const decoder = config.added_tokens_decoder ?? undefined
  const map = decoder === undefined ? files.specialTokensMap : {}

  const lists = readLists(config, map)
  const extra = lists.extra?.map((value) =>
    parseTokenSpec(value, 'tokenizer_config.json: extra_special_tokens'),
  )

  const named = new Map<string, TokenSpec>()
  const name = (field: string, value: unknown) => {
    const token = parseNamedToken(value, field)
    if (token) named.set(field, token)
  }
  const fields = { ...config, ...map }
  for (const field of commonFields) name(field, fields[field])
  for (const [field, value] of Object.entries(fields))
    if (isModelField(field) && (field in map || (isJsonObject(value) && value.__type === 'AddedToken')))
      name(field, value)
  for (const [field, value] of Object.entries(config))
    if (isModelField(field) && typeof value === 'string') name(field, value)
  for (const [field, value] of lists.fields) name(field, value)

  if (decoder !== undefined) return { named, extra, added: parseDecoder(decoder) }
  // Objects with `__type` do not count: transformers has not turned them into tokens yet at this point.
  const special = [...commonFields.map((field) => map[field] ?? config[field]), ...lists.beforeAddedTokens]
  const specialContents = new Set(
    special.map((value) => (isJsonObject(value) && value.__type === undefined ? value.content : value)),
  )
  const added = new Map<number, TokenSpec>()
  for (const [content, id] of Object.entries(files.addedTokens))
    added.set(
      parseId(id, `added_tokens.json: ${describe(content)}`),
      parseTokenSpec({ content, special: specialContents.has(content) }, 'added_tokens.json'),
    )
  for (const { id, ...token } of jsonTokens) added.set(id, token)
  return { named, extra, added: sortById(added) }
}

function isModelField(field: string): boolean {
  return field.endsWith('_token') && !commonFields.includes(field)
}

/** Whether a value is falsy in Python, where empty lists and objects are falsy too. */
function isEmpty(list: unknown): boolean {
  return !list || (typeof list === 'object' && Object.keys(list).length === 0)
}

/**
 * Reads the special tokens without a field. `additional_special_tokens` is the older name of `extra_special_tokens`,
 * and counts if there is no other list. In an object instead of a list, each token has a field.
 */
function readLists(
  config: Readonly<Record<string, unknown>>,
  map: Readonly<Record<string, unknown>>,
): {
  readonly extra: readonly unknown[] | undefined
  readonly fields: readonly (readonly [field: string, value: unknown])[]
  /** The tokens of `extra` without those under the older name in special_tokens_map.json. */
  readonly beforeAddedTokens: readonly unknown[]
} {
  const { extra_special_tokens: newer, additional_special_tokens: older } = config
  const isOlder = older !== undefined && isEmpty(newer)
  const ofConfig = isOlder ? older : newer
  const ofMap = map.extra_special_tokens
  const objects = [ofConfig, ofMap].filter(isJsonObject)
  const configList = isJsonObject(ofConfig) ? undefined : ofConfig
  const extra = Array.isArray(ofMap)
    ? [...(Array.isArray(configList) ? configList : []), ...ofMap]
    : isJsonObject(ofMap)
      ? undefined
      : (ofMap ?? configList)
  const last = extra === undefined ? (map.additional_special_tokens ?? (isOlder ? undefined : older)) : extra
  return {
    extra: Array.isArray(last) ? last : undefined,
    fields: objects.flatMap(Object.entries<unknown>),
    beforeAddedTokens: Array.isArray(extra) ? extra : [],
  }
}

/** Parses a token with a field. It is always special, and found in the original text unless it has `normalized`. */
function parseNamedToken(value: unknown, field: string): TokenSpec | undefined {
  if (typeof value !== 'string' && !isJsonObject(value)) return undefined
  return parseTokenSpec(
    isJsonObject(value) ? { ...value, special: true } : value,
    `tokenizer_config.json: ${field}`,
  )
}

function parseDecoder(decoder: unknown): TokenSpec[] {
  const field = 'tokenizer_config.json: added_tokens_decoder'
  if (!isJsonObject(decoder))
    throw new BertEmbedError('INVALID_TOKENIZER', `${field} has to be an object, not ${describe(decoder)}.`)
  return sortById(
    new Map(
      Object.entries(decoder).map(([id, token]) => [
        parseId(Number(id), field),
        parseTokenSpec(token, field),
      ]),
    ),
  )
}

function parseId(id: unknown, where: string): number {
  if (Number.isSafeInteger(id) && (id as number) >= 0) return id as number
  throw new BertEmbedError(
    'INVALID_TOKENIZER',
    `${where} has the id ${describe(id)}, not a whole number from 0.`,
  )
}

function sortById(tokens: ReadonlyMap<number, TokenSpec>): TokenSpec[] {
  return [...tokens].sort(([a], [b]) => a - b).map(([, token]) => token)
}
