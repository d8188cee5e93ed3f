/** A tokenizer, put together from its parts in steps. */

import { runSteps, type Steps } from '../async/steps.js'
import { checkBoolean, checkOptions } from '../checks/check-options.js'
import { isJsonObject } from '../checks/json.js'
import { describe } from '../errors.js'
import { checkRoom, checkText, type EncodeOptions, encodeOptions } from './encode-options.js'
import { assembleEncoding, countSpecialTokens, type Encoding, type PadToken } from './encoding.js'
import { invalidTokenizer } from './files/invalid-tokenizer.js'
import type { ParsedTokenizer } from './files/tokenizer-files.js'
import type { TokenizerJson } from './files/tokenizer-json.js'
import type { EncodeInStepsOptions, StepwiseEncode } from './long-texts/encode-in-steps.js'
import { charactersPerStep } from './models/tokenizer-model.js'
import { createTextToTokens, type TextTokens } from './text-to-tokens.js'
import type { Tokenizer } from './tokenizer.js'
import type { TokenizerKinds } from './tokenizer-kinds.js'
import { countTokensSeen, keptTokens, truncatedLengths } from './truncate-tokens.js'

/** @throws {BertEmbedError} `INVALID_TOKENIZER` when `parts` does not have one that the file names, or it cannot be. */
export function* assembleTokenizer(
  { json, config, padToken }: ParsedTokenizer,
  parts: TokenizerKinds,
): Steps<Tokenizer> {
  const model = yield* parts.createModel(json.model)
  const toTokens = createTextToTokens(json, model, {
    parts,
    splitSpecial: config.splitSpecialTokens ?? false,
  })
  const addedIds = new Map(json.added_tokens.map(({ content, id }) => [content, id]))
  const findId = (token: string) => addedIds.get(token) ?? model.tokenToId.get(token)
  const vocabSize = highest(addedIds.values(), highest(model.tokenToId.values(), -1)) + 1
  const layouts = parts.createLayouts(json.post_processor, (token) =>
    findSpecialToken(token, 'post_processor', findId),
  )
  for (const part of [...layouts.one, ...layouts.pair]) if ('token' in part) checkSpecialToken(part)
  const filesTruncationSide = config.truncationSide ?? directionIn(json.truncation) ?? 'right'

  return {
    vocabSize,
    maxLength: config.maxLength,
    padToken: readPadToken(json, { typeId: config.padTokenTypeId, token: padToken }, findId),
    paddingSide: config.paddingSide ?? directionIn(json.padding) ?? 'right',
    encodesPieces: true,
    countSpecialTokens: (options = {}) => {
      checkOptions('countSpecialTokens', options, { pair: checkBoolean })
      return countSpecialTokens(options.pair ? layouts.pair : layouts.one)
    },
    encode: Object.assign(encode, { inSteps }) satisfies StepwiseEncode,
  }

  function encode(text: string, options: EncodeOptions = {}): Encoding {
    checkOptions('encode', options, encodeOptions)
    const { textPair, maxLength, addSpecialTokens = true } = options
    const { truncation = 'longest_first', truncationSide = filesTruncationSide } = options
    checkText(text, 'text')
    const whole = textPair === undefined ? layouts.one : layouts.pair
    const layout = addSpecialTokens ? whole : whole.filter((part) => 'text' in part)
    const specialTokens = countSpecialTokens(layout)
    checkRoom(options, specialTokens)

    const first = runSteps(toTokens(text))
    const second = textPair === undefined ? undefined : runSteps(toTokens(textPair))
    const total = first.ids.length + (second?.ids.length ?? 0)
    const seen = (tokens: TextTokens) => countTokensSeen(tokens, maxLength ?? total, truncationSide)
    const [firstLength, secondLength] = truncatedLengths(
      second && truncation !== 'only_second' ? seen(first) : first.ids.length,
      second && seen(second),
      { limit: maxLength === undefined ? total : maxLength - specialTokens, truncation },
    )
    return assembleEncoding(
      layout,
      [
        keptTokens(first, firstLength, truncationSide),
        second ? keptTokens(second, secondLength, truncationSide) : none,
      ],
      total - firstLength - secondLength,
    )
  }

  function* inSteps(
    text: string,
    { maxLength, countsAll = false }: EncodeInStepsOptions = {},
  ): Steps<Encoding> {
    const specialTokens = countSpecialTokens(layouts.one)
    const limit = maxLength === undefined ? Number.POSITIVE_INFINITY : maxLength - specialTokens
    const readsAll = countsAll || filesTruncationSide === 'left'
    // One more tells that there are more.
    const tokens = yield* toTokens(text, readsAll ? undefined : limit + 1)
    const length = Math.min(limit, tokens.ids.length)
    if (text.length > charactersPerStep) yield
    return assembleEncoding(
      layouts.one,
      [keptTokens(tokens, length, filesTruncationSide), none],
      tokens.ids.length - length,
    )
  }

  /** The file says which id it has, and is taken at its word; but there has to be such a token, and such an id. */
  function checkSpecialToken({ token, id }: { readonly token: string; readonly id: number }): void {
    findSpecialToken(token, 'post_processor', findId)
    if (id >= vocabSize)
      throw invalidTokenizer(`post_processor gives ${describe(token)} the id ${id}, which no token has`)
  }
}

const none = { ids: [], tokens: [] }

type FindId = (token: string) => number | undefined

function highest(ids: Iterable<number>, least: number): number {
  let high = least
  for (const id of ids) if (id > high) high = id
  return high
}

/** @param own What the files beside tokenizer.json name. */
function readPadToken(
  json: TokenizerJson,
  own: { readonly token: string | undefined; readonly typeId: number | undefined },
  findId: FindId,
): PadToken {
  const padding = isJsonObject(json.padding) ? json.padding : {}
  const inFile = typeof padding.pad_token === 'string' ? padding.pad_token : undefined
  const usual = ['[PAD]', '<pad>'].find((token) => findId(token) !== undefined)
  const token = own.token ?? inFile ?? usual ?? '[PAD]'
  const typeId = own.typeId ?? padding.pad_type_id ?? 0
  if (!Number.isSafeInteger(typeId) || (typeId as number) < 0)
    throw invalidTokenizer(`padding.pad_type_id has to be a whole number from 0, not ${describe(typeId)}`)
  return { id: findSpecialToken(token, 'pad_token', findId), token, typeId: typeId as number }
}

function findSpecialToken(token: string, field: string, findId: FindId): number {
  const id = findId(token)
  if (id !== undefined) return id
  throw invalidTokenizer(`${field} names ${describe(token)}, which is not in the vocabulary`)
}

function directionIn(part: unknown): 'left' | 'right' | undefined {
  const direction = isJsonObject(part) ? part.direction : undefined
  return direction === 'Left' ? 'left' : direction === 'Right' ? 'right' : undefined
}
