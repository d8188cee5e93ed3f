/** Reads the fields of a JSON object from a file. Each field is checked as it is read. */

import { BertEmbedError, describe, type ErrorCode } from '../errors.js'
import { isJsonObject } from './json.js'

/**
 * The fields of an object. A method returns its `fallback` for a field that is absent or null; the fallback has to be
 * valid as well.
 */
export interface JsonFields {
  /** Name of the file, or of the object within it, for messages. */
  readonly file: string
  /** The object itself, unchecked. */
  readonly json: Readonly<Record<string, unknown>>
  /** The unchecked value of a field; `undefined` when it is absent or null. */
  get(name: string): unknown
  /** A whole number from `min`, by default 1, to `max`, by default without a limit. */
  integer<F extends number | undefined>(name: string, fallback: F, bounds: IntegerBounds): number | F
  /** A number between the two bounds, not equal to either. */
  number<F extends number | undefined>(name: string, fallback: F, bounds: NumberBounds): number | F
  boolean<F extends boolean | undefined>(name: string, fallback: F): boolean | F
  string<F extends string | undefined>(name: string, fallback: F): string | F
  /**
   * One of the `supported` values.
   *
   * @throws {BertEmbedError} `UNSUPPORTED_MODEL` for another value.
   */
  oneOf<T extends string | boolean | number>(name: string, fallback: T, supported: readonly T[]): T
}

export interface IntegerBounds {
  readonly min?: number
  readonly max?: number
}

export interface NumberBounds {
  readonly above: number
  readonly below: number
}

/**
 * @param json The parsed JSON of a file, or an object within it.
 * @param code The code of all errors, except errors of `oneOf`.
 * @throws {BertEmbedError} `code` when `json` is not an object. The methods throw it for a value that is not valid.
 */
export function jsonFields(
  json: unknown,
  { file, code }: { readonly file: string; readonly code: ErrorCode },
): JsonFields {
  if (!isJsonObject(json))
    throw new BertEmbedError(code, `${file}: expected a JSON object, found ${describe(json)}.`)
  const get = (name: string): unknown => (Object.hasOwn(json, name) ? (json[name] ?? undefined) : undefined)

  function read<T, F>(name: string, fallback: F, expected: string, isValid: (value: T) => boolean): T | F {
    const value = (get(name) as T | undefined) ?? fallback
    if (value === undefined || isValid(value as T)) return value
    throw new BertEmbedError(code, `${file}: ${name} is ${describe(value)}, not ${expected}.`)
  }

  return {
    file,
    json,
    get,
    integer(name, fallback, { min = 1, max = Number.POSITIVE_INFINITY }) {
      const range = max === Number.POSITIVE_INFINITY ? `above ${min - 1}` : `from ${min} to ${max}`
      return read(
        name,
        fallback,
        `a whole number ${range}`,
        (value: number) => Number.isSafeInteger(value) && value >= min && value <= max,
      )
    },
    number: (name, fallback, { above, below }) =>
      read(
        name,
        fallback,
        `a number between ${above} and ${below}`,
        (value: number) => typeof value === 'number' && value > above && value < below,
      ),
    boolean: (name, fallback) =>
      read(name, fallback, 'true or false', (value: boolean) => typeof value === 'boolean'),
    string: (name, fallback) =>
      read(name, fallback, 'a string', (value: string) => typeof value === 'string'),
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
