/** Fields of `config.json`, each checked as it is read. */

import { isJsonObject } from '../../checks/json.js'
import { BertEmbedError, describe } from '../../errors.js'

export interface ConfigFields {
  /** What errors call the file. */
  readonly file: string
  /** The field as it is, `undefined` when it is absent or null. */
  get(name: string): unknown
  /** @throws {BertEmbedError} `INVALID_CONFIG` unless it is a whole number from `least`, by default 1, to `most`. */
  integer(name: string, fallback: number, bounds: { readonly least?: number; readonly most: number }): number
  /** @throws {BertEmbedError} `INVALID_CONFIG` unless it lies between the two bounds, not on them. */
  number(name: string, fallback: number, bounds: { readonly above: number; readonly below: number }): number
  /** @throws {BertEmbedError} `INVALID_CONFIG` */
  flag(name: string, fallback: boolean): boolean
  /** @throws {BertEmbedError} `UNSUPPORTED_MODEL` for a value that is not among those `supported`. */
  oneOf<T extends string | boolean | number>(name: string, fallback: T, supported: readonly T[]): T
}

/**
 * @param json The parsed JSON of `config.json`, or an object within it.
 * @throws {BertEmbedError} `INVALID_CONFIG` unless it is an object.
 */
export function configFields(json: unknown, file: string): ConfigFields {
  if (!isJsonObject(json)) throw invalid(`${file}: expected a JSON object, found ${describe(json)}.`)
  const get = (name: string): unknown => (Object.hasOwn(json, name) ? (json[name] ?? undefined) : undefined)
  return {
    file,
    get,
    integer(name, fallback, { least = 1, most }) {
      const value = get(name) ?? fallback
      if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most)
        return value
      throw invalid(`${file}: ${name} is ${describe(value)}, not a whole number from ${least} to ${most}.`)
    },
    number(name, fallback, { above, below }) {
      const value = get(name) ?? fallback
      if (typeof value === 'number' && value > above && value < below) return value
      throw invalid(`${file}: ${name} is ${describe(value)}, not a number between ${above} and ${below}.`)
    },
    flag(name, fallback) {
      const value = get(name) ?? fallback
      if (typeof value === 'boolean') return value
      throw invalid(`${file}: ${name} is ${describe(value)}, not true or false.`)
    },
    oneOf(name, fallback, supported) {
      const value = get(name) ?? fallback
      const known = supported.find((item) => item === value)
      if (known !== undefined) return known
      const names = supported.map((item) => describe(item)).join(', ')
      throw new BertEmbedError(
        'UNSUPPORTED_MODEL',
        `${file}: ${name} ${describe(value)} is not supported; supported: ${names}.`,
      )
    },
  }
}

function invalid(message: string): BertEmbedError {
  return new BertEmbedError('INVALID_CONFIG', message)
}
