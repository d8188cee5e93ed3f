/** The special and added tokens that a checkpoint's files name, read as transformers 5 reads them. */

import { isJsonObject } from '../../checks/json.js'
import { BertEmbedError, describe } from '../../errors.js'
import { type AddedToken, parseTokenSpec, type TokenSpec } from '../added-token.js'

export interface SpecialTokens {
  /** By field, such as `cls_token`: those that every model can have, then those of the model alone. */
  readonly named: ReadonlyMap<string, TokenSpec>
  /** Special tokens without a field; `undefined` where no file has a list, which leaves the class its own. */
  readonly extra: readonly TokenSpec[] | undefined
  /** All other added tokens, in the order of the ids that the files give them. */
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
  readonly ownTokens: readonly AddedToken[]
}

/** The fields that every class has, in the order in which transformers adds their tokens. */
export const commonFields = ['bos', 'eos', 'unk', 'sep', 'pad', 'cls', 'mask'].map((name) => `${name}_token`)

/**
 * Reads the tokens of all files. Where tokenizer_config.json has `added_tokens_decoder`, it is alone; else
 * special_tokens_map.json overrides it, and added_tokens.json and tokenizer.json add theirs.
 *
 * @throws {BertEmbedError} `INVALID_TOKENIZER` for a field that is no token.
 */
export function readSpecialTokens(files: SpecialTokenFiles): SpecialTokens {
  const { config, ownTokens } = files
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
  // Objects in tokenizer_config.json do not count here, as transformers has not yet read them.
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
  for (const { id, ...token } of ownTokens) added.set(id, token)
  return { named, extra, added: inOrder(added) }
}

function isModelField(field: string): boolean {
  return field.endsWith('_token') && !commonFields.includes(field)
}

/** As Python sees it. */
function isEmpty(list: unknown): boolean {
  return !list || (typeof list === 'object' && Object.keys(list).length === 0)
}

/**
 * The special tokens without a field: `additional_special_tokens` is the older name of `extra_special_tokens`, and counts
 * where there is no other list. An object of them gives its tokens fields.
 */
function readLists(
  config: Readonly<Record<string, unknown>>,
  map: Readonly<Record<string, unknown>>,
): {
  readonly extra: readonly unknown[] | undefined
  readonly fields: readonly (readonly [field: string, value: unknown])[]
  /** What there is of `extra` before the older name of special_tokens_map.json counts. */
  readonly beforeAddedTokens: readonly unknown[]
} {
  const { extra_special_tokens: newer, additional_special_tokens: older } = config
  const isOlder = older !== undefined && isEmpty(newer)
  const own = isOlder ? older : newer
  const ofMap = map.extra_special_tokens
  const objects = [own, ofMap].filter(isJsonObject)
  const ownList = isJsonObject(own) ? undefined : own
  const extra = Array.isArray(ofMap)
    ? [...(Array.isArray(ownList) ? ownList : []), ...ofMap]
    : isJsonObject(ofMap)
      ? undefined
      : (ofMap ?? ownList)
  const last = extra === undefined ? (map.additional_special_tokens ?? (isOlder ? undefined : older)) : extra
  return {
    extra: Array.isArray(last) ? last : undefined,
    fields: objects.flatMap(Object.entries<unknown>),
    beforeAddedTokens: Array.isArray(extra) ? extra : [],
  }
}

/** A token with a name is special, whatever the object says, and not normalized unless that says so. */
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
  return inOrder(
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

function inOrder(tokens: ReadonlyMap<number, TokenSpec>): TokenSpec[] {
  return [...tokens].sort(([a], [b]) => a - b).map(([, token]) => token)
}
