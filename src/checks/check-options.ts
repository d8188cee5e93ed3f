/**
 * Checks the options of a call: their names and the type of each value. Every public function with options calls this
 * first.
 */

import { ArgumentTypeError, describe } from '../errors.js'
import { nearestName } from './nearest-name.js'

/** Throws an error `INVALID_OPTION` if the option does not allow the value. */
export type OptionCheck = (option: string, value: unknown) => void

/** One check for each option. A table that lacks an option does not compile. */
export type OptionChecks<Options> = { readonly [Name in keyof Options]-?: OptionCheck }

/**
 * Checks all options of a call. An option that is `undefined` counts as absent.
 *
 * @param caller Name of the function that takes the options, for the message.
 * @throws {ArgumentTypeError | ArgumentRangeError} `INVALID_OPTION` for a name that is not an option, and for a value
 *   of the wrong type.
 */
export function checkOptions<Options>(caller: string, options: Options, checks: OptionChecks<Options>): void {
  if (typeof options !== 'object' || !options || Array.isArray(options))
    throw wrongKind(`The last argument of ${caller}`, options, 'an object of options')
  const names = Object.keys(checks) as (keyof Options & string)[]
  for (const [name, value] of Object.entries(options))
    if (value !== undefined && !Object.hasOwn(checks, name)) throw unknownOption(caller, name, names)
  for (const name of names) if (options[name] !== undefined) checks[name](name, options[name])
}

export function checkBoolean(option: string, value: unknown): void {
  if (typeof value !== 'boolean') throw wrongKind(option, value, 'true or false')
}

export function checkFunction(option: string, value: unknown): void {
  if (typeof value !== 'function') throw wrongKind(option, value, 'a function')
}

export function checkString(option: string, value: unknown): void {
  if (typeof value !== 'string') throw wrongKind(option, value, 'a string')
}

/** Checks the tag, not `instanceof`: under Jest, and across windows, signals come from another realm. */
export function checkSignal(option: string, value: unknown): void {
  if (Object.prototype.toString.call(value) !== '[object AbortSignal]')
    throw wrongKind(option, value, 'an AbortSignal')
}

export function wrongKind(option: string, value: unknown, expected: string): ArgumentTypeError {
  return new ArgumentTypeError('INVALID_OPTION', `${option} is ${describe(value)}, not ${expected}.`)
}

function unknownOption(caller: string, name: string, names: readonly string[]): ArgumentTypeError {
  const nearest = nearestName(name, names)
  return new ArgumentTypeError(
    'INVALID_OPTION',
    `${caller} has no option ${describe(name)}${nearest ? `: did you mean ${nearest}?` : '.'} It takes ${names.join(', ')}.`,
  )
}
