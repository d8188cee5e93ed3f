/** Parses the post_processor of a tokenizer.json: which special tokens go before, between and after texts. */

import { isJsonObject } from '../../checks/json.js'
import { describe } from '../../errors.js'
import type { TemplatePiece, Templates } from '../encoding.js'
import { invalidTokenizer } from './invalid-tokenizer.js'
import type { StageJson } from './tokenizer-json.js'

/**
 * Parses a post_processor. `null` adds no special tokens.
 *
 * @param findId Returns the id of a special token, for a token without an id in the file.
 * @throws {BertEmbedError} `INVALID_TOKENIZER` when the type is not supported or a field is invalid.
 */
export function parsePostProcessor(
  processor: StageJson | null,
  findId: (token: string) => number,
): Templates {
  return parseTemplates(processor, findId)
}

const first: TemplatePiece = { text: 0, typeId: 0 }
const second: TemplatePiece = { text: 1, typeId: 1 }
const plain: Templates = { single: [first], pair: [first, second] }

function parseTemplates(processor: StageJson | null, findId: (token: string) => number): Templates {
  if (processor === null) return plain
  const type = typeOf(processor)
  switch (type) {
    // ByteLevel only changes offsets, which this library does not compute.
    case 'ByteLevel':
      return plain
    case 'BertProcessing': {
      const [cls, sep] = [parseSpecial(processor, 'cls'), parseSpecial(processor, 'sep')]
      const one = [{ ...cls, typeId: 0 }, first, { ...sep, typeId: 0 }]
      return { single: one, pair: [...one, second, { ...sep, typeId: 1 }] }
    }
    case 'RobertaProcessing': {
      const cls = { ...parseSpecial(processor, 'cls'), typeId: 0 }
      const sep = { ...parseSpecial(processor, 'sep'), typeId: 0 }
      return { single: [cls, first, sep], pair: [cls, first, sep, sep, { ...second, typeId: 0 }, sep] }
    }
    case 'TemplateProcessing':
      return {
        single: parseTemplate(processor, 'single', findId),
        pair: parseTemplate(processor, 'pair', findId),
      }
    case 'Sequence': {
      const processors: unknown = processor.processors
      if (!Array.isArray(processors) || !processors.every(isJsonObject))
        throw invalidPostProcessor(`processors has to be a list of objects, not ${describe(processors)}`)
      const others = processors.filter(({ type }) => type !== 'ByteLevel')
      if (others.length > 1 || others[0]?.type === 'Sequence')
        throw invalidPostProcessor('more than one part that adds special tokens is not supported')
      return parseTemplates(others[0] ?? null, findId)
    }
    default:
      throw invalidPostProcessor(`${describe(type)} is not supported`)
  }
}

/**
 * Infers the type from the fields, as the Rust library does: older files have no type, and Rust ignores the type of
 * these three.
 */
function typeOf(processor: StageJson): unknown {
  if ('cls' in processor && 'sep' in processor)
    return 'trim_offsets' in processor && 'add_prefix_space' in processor
      ? 'RobertaProcessing'
      : 'BertProcessing'
  return 'single' in processor && 'pair' in processor ? 'TemplateProcessing' : processor.type
}

/** Parses a special token that is written as a pair of the token and its id. */
function parseSpecial(processor: StageJson, name: string): { readonly token: string; readonly id: number } {
  const value: unknown = processor[name]
  if (!Array.isArray(value) || typeof value[0] !== 'string' || !isId(value[1]))
    throw invalidPostProcessor(`${name} has to be a token and its id, not ${describe(value)}`)
  return { token: value[0], id: value[1] }
}

function parseTemplate(
  processor: StageJson,
  name: 'single' | 'pair',
  findId: (token: string) => number,
): TemplatePiece[] {
  const pieces: unknown = processor[name]
  if (!Array.isArray(pieces)) throw invalidPostProcessor(`${name} has to be a list, not ${describe(pieces)}`)
  return pieces.flatMap((piece: unknown, index): TemplatePiece[] => {
    const { Sequence: text, SpecialToken: special } = isJsonObject(piece) ? piece : {}
    const { id, type_id: typeId = 0 } = isJsonObject(text) ? text : isJsonObject(special) ? special : {}
    if (typeof id !== 'string' || !isId(typeId))
      throw invalidPostProcessor(`${name}[${index}] is ${describe(piece)}`)
    if (isJsonObject(special))
      return parseSpecialTokens(processor, id, findId).map((token) => ({ ...token, typeId }))
    if (id !== 'A' && !(id === 'B' && name === 'pair'))
      throw invalidPostProcessor(`${name}[${index}] is a sequence ${describe(id)}`)
    return [{ text: id === 'A' ? 0 : 1, typeId }]
  })
}

/**
 * Returns the tokens for which a template's special token stands: usually itself, with the id from the file or else
 * from the vocabulary.
 */
function parseSpecialTokens(processor: StageJson, token: string, findId: (token: string) => number) {
  const { special_tokens: all } = processor
  const special = isJsonObject(all) && Object.hasOwn(all, token) ? all[token] : undefined
  if (special === undefined) return [{ token, id: findId(token) }]
  const { ids, tokens = [token] } = isJsonObject(special) ? special : {}
  if (!Array.isArray(ids) || !ids.every(isId) || !Array.isArray(tokens) || tokens.length !== ids.length)
    throw invalidPostProcessor(
      `special_tokens[${describe(token)}] has to have ids and the same number of tokens`,
    )
  return ids.map((id, at) => ({ token: String(tokens[at]), id }))
}

function isId(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function invalidPostProcessor(what: string): Error {
  return invalidTokenizer(`post_processor: ${what}`)
}
