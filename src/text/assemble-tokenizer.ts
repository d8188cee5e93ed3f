/** Assembles a tokenizer from its parsed files, in steps. */

import { runSteps, type Steps } from '../async/steps.js'
import { checkBoolean, checkOptions } from '../checks/check-options.js'
import { isJsonObject } from '../checks/json.js'
import { describe } from '../errors.js'
import { checkText } from './check-texts.js'
import { checkRoom, type EncodeOptions, encodeOptions } from './encode-options.js'
import { assembleEncoding, countSpecialTokens, type Encoding, type PadToken } from './encoding.js'
import { invalidTokenizer } from './files/invalid-tokenizer.js'
import type { ParsedTokenizer } from './files/tokenizer-files.js'
import type { TokenizerJson } from './files/tokenizer-json.js'
import type { EncodeInStepsOptions, StepwiseEncode } from './long-texts/encode-in-steps.js'
import { charactersPerStep } from './models/tokenizer-model.js'
import { createTextToTokens, type TextTokens } from './text-to-tokens.js'
import type { Tokenizer } from './tokenizer.js'
import type { TokenizerKinds } from './tokenizer-kinds.js'
import { countTokensSeen, truncatedLengths, truncateTokens } from './truncate-tokens.js'

/** @throws {BertEmbedError} `INVALID_TOKENIZER` when `kinds` does not support a type, or a special token is unknown. */
export function* assembleTokenizer(
  { json, config, padToken }: ParsedTokenizer,
  kinds: TokenizerKinds,
): Steps<Tokenizer> {
  const model = yield* kinds.createModel(json.model)
  const toTokens = createTextToTokens(json, model, {
    kinds,
    splitSpecial: config.splitSpecialTokens ?? false,
  })
  const addedIds = new Map(json.added_tokens.map(({ content, id }) => [content, id]))
  const findId = (token: string) => addedIds.get(token) ?? model.tokenToId.get(token)
  const vocabSize = maxOf(addedIds.values(), maxOf(model.tokenToId.values(), -1)) + 1
  const templates = kinds.createTemplates(json.post_processor, (token) =>
    findSpecialToken(token, 'post_processor', findId),
  )
  for (const piece of [...templates.single, ...templates.pair]) if ('token' in piece) checkSpecialToken(piece)
  const filesTruncationSide = config.truncationSide ?? directionIn(json.truncation) ?? 'right'

  return {
    vocabSize,
    maxLength: config.maxLength,
    padToken: readPadToken(json, { typeId: config.padTokenTypeId, token: padToken }, findId),
    paddingSide: config.paddingSide ?? directionIn(json.padding) ?? 'right',
    encodesPieces: true,
    countSpecialTokens: (options = {}) => {
      checkOptions('countSpecialTokens', options, { pair: checkBoolean })
      return countSpecialTokens(options.pair ? templates.pair : templates.single)
    },
    encode: Object.assign(encode, { inSteps }) satisfies StepwiseEncode,
  }

  function encode(text: string, options: EncodeOptions = {}): Encoding {
    checkOptions('encode', options, encodeOptions)
    const { textPair, maxLength, addSpecialTokens = true } = options
    const { truncation = 'longest_first', truncationSide = filesTruncationSide } = options
    checkText(text, 'text')
    const whole = textPair === undefined ? templates.single : templates.pair
    const template = addSpecialTokens ? whole : whole.filter((piece) => 'text' in piece)
    const specialTokens = countSpecialTokens(template)
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
      template,
      [
        truncateTokens(first, firstLength, truncationSide),
        second ? truncateTokens(second, secondLength, truncationSide) : noTokens,
      ],
      total - firstLength - secondLength,
    )
  }

  function* inSteps(
    text: string,
    { maxLength, countsAll = false }: EncodeInStepsOptions = {},
  ): Steps<Encoding> {
    const specialTokens = countSpecialTokens(templates.single)
    const limit = maxLength === undefined ? Number.POSITIVE_INFINITY : maxLength - specialTokens
    const readsAll = countsAll || filesTruncationSide === 'left'
    // One token more than the limit shows that the text was truncated.
    const tokens = yield* toTokens(text, readsAll ? undefined : limit + 1)
    const length = Math.min(limit, tokens.ids.length)
    if (text.length > charactersPerStep) yield
    return assembleEncoding(
      templates.single,
      [truncateTokens(tokens, length, filesTruncationSide), noTokens],
      tokens.ids.length - length,
    )
  }

  /** The id in the post_processor is used unchanged, but the token and the id both have to exist. */
  function checkSpecialToken({ token, id }: { readonly token: string; readonly id: number }): void {
    findSpecialToken(token, 'post_processor', findId)
    if (id >= vocabSize)
      throw invalidTokenizer(`post_processor gives ${describe(token)} the id ${id}, which no token has`)
  }
}

const noTokens = { ids: [], tokens: [] }

type FindId = (token: string) => number | undefined

function maxOf(ids: Iterable<number>, min: number): number {
  let max = min
  for (const id of ids) if (id > max) max = id
  return max
}

/** @param configured The padding token that the files other than tokenizer.json name. */
function readPadToken(
  json: TokenizerJson,
  configured: { readonly token: string | undefined; readonly typeId: number | undefined },
  findId: FindId,
): PadToken {
  const padding = isJsonObject(json.padding) ? json.padding : {}
  const inFile = typeof padding.pad_token === 'string' ? padding.pad_token : undefined
  const common = ['[PAD]', '<pad>'].find((token) => findId(token) !== undefined)
  const token = configured.token ?? inFile ?? common ?? '[PAD]'
  const typeId = configured.typeId ?? padding.pad_type_id ?? 0
  if (!Number.isSafeInteger(typeId) || (typeId as number) < 0)
    throw invalidTokenizer(`padding.pad_type_id has to be a whole number from 0, not ${describe(typeId)}`)
  return { id: findSpecialToken(token, 'pad_token', findId), token, typeId: typeId as number }
}

function findSpecialToken(token: string, field: string, findId: FindId): number {
  const id = findId(token)
  if (id !== undefined) return id
  throw invalidTokenizer(`${field} names ${describe(token)}, which is not in the vocabulary`)
}

function directionIn(piece: unknown): 'left' | 'right' | undefined {
  const direction = isJsonObject(piece) ? piece.direction : undefined
  return direction === 'Left' ? 'left' : direction === 'Right' ? 'right' : undefined
}
