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

  // `additional_special_tokens` is the older name. In special_tokens_map.json it counts when there is no other list.
  const lists = [config.extra_special_tokens, map.extra_special_tokens]
  if (isEmpty(lists[0])) lists[0] = config.additional_special_tokens ?? lists[0]
  const extra = lists.some(Array.isArray) ? lists.filter(Array.isArray).flat() : undefined
  const extraTokens = parseList(extra ?? map.additional_special_tokens)

  const named = new Map<string, TokenSpec>()
  const name = (field: string, value: unknown) => {
    if (typeof value === 'string' || isJsonObject(value)) named.set(field, parseSpecialToken(value, field))
  }
  const fields = { ...config, ...map }
  for (const field of commonFields) name(field, fields[field])
  for (const [field, value] of Object.entries(fields))
    if (isModelField(field) && typeof config[field] !== 'string') name(field, value)
  for (const [field, value] of Object.entries(config))
    if (isModelField(field) && typeof value === 'string') name(field, value)
  for (const [field, value] of lists.filter(isJsonObject).flatMap(Object.entries<unknown>)) name(field, value)

  if (decoder !== undefined) return { named, extra: extraTokens, added: parseDecoder(decoder) }
  const special = new Set([...commonFields.map((field) => named.get(field)), ...(parseList(extra) ?? [])])
  const specialContents = new Set([...special].map((token) => token?.content))
  const added = new Map<number, TokenSpec>()
  for (const [content, id] of Object.entries(files.addedTokens))
    added.set(
      parseId(id, `added_tokens.json: ${describe(content)}`),
      parseTokenSpec({ content, special: specialContents.has(content) }, 'added_tokens.json'),
    )
  for (const { id, ...token } of ownTokens) added.set(id, token)
  return { named, extra: extraTokens, added: inOrder(added) }
}

function isModelField(field: string): boolean {
  return field.endsWith('_token') && !commonFields.includes(field)
}

/** As Python sees it. */
function isEmpty(list: unknown): boolean {
  return !list || (typeof list === 'object' && Object.keys(list).length === 0)
}

function parseList(list: unknown): TokenSpec[] | undefined {
  return Array.isArray(list)
    ? list.map((value) => parseSpecialToken(value, 'extra_special_tokens'))
    : undefined
}

/** A token with a name is special, whatever the object says, and not normalized unless that says so. */
function parseSpecialToken(value: unknown, field: string): TokenSpec {
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
