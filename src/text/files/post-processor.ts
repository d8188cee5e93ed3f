/** Where the special tokens stand around a text, or two: the post_processor of a tokenizer.json. */

import { isJsonObject } from '../../checks/json.js'
import { describe } from '../../errors.js'
import type { LayoutPart, Layouts } from '../encoding.js'
import { invalidTokenizer } from './invalid-tokenizer.js'
import type { TokenizerPart } from './tokenizer-json.js'

/**
 * Parses a post_processor; `null` puts nothing around a text.
 *
 * @param findId The id of a special token, for one whose ids the file does not say.
 * @throws {BertEmbedError} `INVALID_TOKENIZER` for a type there is none of, or when it is none.
 */
export function parseLayouts(part: TokenizerPart | null, findId: (token: string) => number): Layouts {
  return parseLayout(part, findId)
}

const first: LayoutPart = { text: 0, typeId: 0 }
const second: LayoutPart = { text: 1, typeId: 1 }
const plain: Layouts = { one: [first], pair: [first, second] }

function parseLayout(part: TokenizerPart | null, findId: (token: string) => number): Layouts {
  if (part === null) return plain
  const type = typeOf(part)
  switch (type) {
    // It only moves offsets, which there are none of here.
    case 'ByteLevel':
      return plain
    case 'BertProcessing': {
      const [cls, sep] = [parseSpecial(part, 'cls'), parseSpecial(part, 'sep')]
      const one = [{ ...cls, typeId: 0 }, first, { ...sep, typeId: 0 }]
      return { one, pair: [...one, second, { ...sep, typeId: 1 }] }
    }
    case 'RobertaProcessing': {
      const cls = { ...parseSpecial(part, 'cls'), typeId: 0 }
      const sep = { ...parseSpecial(part, 'sep'), typeId: 0 }
      return { one: [cls, first, sep], pair: [cls, first, sep, sep, { ...second, typeId: 0 }, sep] }
    }
    case 'TemplateProcessing':
      return { one: parseTemplate(part, 'single', findId), pair: parseTemplate(part, 'pair', findId) }
    case 'Sequence': {
      const processors: unknown = part.processors
      if (!Array.isArray(processors) || !processors.every(isJsonObject))
        throw invalid(`processors has to be a list of objects, not ${describe(processors)}`)
      const others = processors.filter(({ type }) => type !== 'ByteLevel')
      if (others.length > 1 || others[0]?.type === 'Sequence')
        throw invalid('more than one part that adds special tokens is not supported')
      return parseLayout(others[0] ?? null, findId)
    }
    default:
      throw invalid(`${describe(type)} is not supported`)
  }
}

/** By the fields, as the Rust library tells them: older files have no type, and it does not look at that of these three. */
function typeOf(part: TokenizerPart): unknown {
  if ('cls' in part && 'sep' in part)
    return 'trim_offsets' in part && 'add_prefix_space' in part ? 'RobertaProcessing' : 'BertProcessing'
  return 'single' in part && 'pair' in part ? 'TemplateProcessing' : part.type
}

/** A special token written as a pair of itself and its id. */
function parseSpecial(part: TokenizerPart, name: string): { readonly token: string; readonly id: number } {
  const value: unknown = part[name]
  if (!Array.isArray(value) || typeof value[0] !== 'string' || !isId(value[1]))
    throw invalid(`${name} has to be a token and its id, not ${describe(value)}`)
  return { token: value[0], id: value[1] }
}

function parseTemplate(
  part: TokenizerPart,
  name: 'single' | 'pair',
  findId: (token: string) => number,
): LayoutPart[] {
  const pieces: unknown = part[name]
  if (!Array.isArray(pieces)) throw invalid(`${name} has to be a list, not ${describe(pieces)}`)
  return pieces.flatMap((piece: unknown, index): LayoutPart[] => {
    const { Sequence: text, SpecialToken: special } = isJsonObject(piece) ? piece : {}
    const { id, type_id: typeId = 0 } = isJsonObject(text) ? text : isJsonObject(special) ? special : {}
    if (typeof id !== 'string' || !isId(typeId)) throw invalid(`${name}[${index}] is ${describe(piece)}`)
    if (isJsonObject(special))
      return parseSpecialTokens(part, id, findId).map((token) => ({ ...token, typeId }))
    if (id !== 'A' && !(id === 'B' && name === 'pair'))
      throw invalid(`${name}[${index}] is a sequence ${describe(id)}`)
    return [{ text: id === 'A' ? 0 : 1, typeId }]
  })
}

/** What a template's special token stands for: mostly itself, with the id the file gives or else the vocabulary's. */
function parseSpecialTokens(part: TokenizerPart, token: string, findId: (token: string) => number) {
  const { special_tokens: all } = part
  const special = isJsonObject(all) && Object.hasOwn(all, token) ? all[token] : undefined
  if (special === undefined) return [{ token, id: findId(token) }]
  const { ids, tokens = [token] } = isJsonObject(special) ? special : {}
  if (!Array.isArray(ids) || !ids.every(isId) || !Array.isArray(tokens) || tokens.length !== ids.length)
    throw invalid(`special_tokens[${describe(token)}] has to have ids and as many tokens`)
  return ids.map((id, at) => ({ token: String(tokens[at]), id }))
}

function isId(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function invalid(what: string): Error {
  return invalidTokenizer(`post_processor: ${what}`)
}
