/** The options of sources and caches, each with its check. */

import {
  checkBoolean,
  checkFunction,
  checkSignal,
  type OptionCheck,
  type OptionChecks,
  wrongKind,
} from '../check-options.js'
import { ArgumentRangeError } from '../errors.js'
import type { RequestOptions } from './http.js'
import type { HubSourceOptions } from './hub.js'
import type { ModelCache } from './model-cache.js'
import type { OpenOptions } from './model-source.js'
import type { UrlSourceOptions } from './url.js'

/** Names and paths, where an empty string can only be a mistake. */
export function checkName(option: string, value: unknown): asserts value is string {
  if (typeof value !== 'string' || value === '') throw wrongKind(option, value, 'a string that is not empty')
}

/** What callers may make themselves: sources, backends, caches. */
export function checkMethods(option: string, value: unknown, methods: readonly string[]): void {
  const missing = methods.find(
    (method) => typeof (value as Record<string, unknown> | null | undefined)?.[method] !== 'function',
  )
  if (missing) throw wrongKind(option, value, `an object with the method ${missing}`)
}

/** `false`, or anything with a cache's methods. */
export function checkCache(option: string, value: unknown): void {
  if (value !== false) checkMethods(option, value, cacheMethods)
}

const cacheMethods = [
  'readVersion',
  'writeVersion',
  'open',
  'store',
  'markAbsent',
  'isMarkedAbsent',
] as const satisfies readonly (keyof ModelCache)[]

/** A duration, or a number of times; Infinity is one too. */
const checkAmount: OptionCheck = (option, value) => {
  if (!(typeof value === 'number' && value >= 0)) throw wrongKind(option, value, 'a number from 0')
}

/** A message does not show a token. */
const checkToken: OptionCheck = (option, value) => {
  if (value === false) return
  if (typeof value !== 'string') throw wrongKind(option, value, 'a string or false')
  if (/[^\x20-\x7e]/.test(value.trim()))
    throw new ArgumentRangeError('INVALID_OPTION', `${option} has characters that no token has.`)
}

const requestOptions: OptionChecks<RequestOptions> = {
  fetch: checkFunction,
  token: checkToken,
  timeoutMs: checkAmount,
  maxRetries: checkAmount,
  retryDelayMs: checkAmount,
}

export const openOptions: OptionChecks<OpenOptions> = { signal: checkSignal, onProgress: checkFunction }

export const urlOptions: OptionChecks<UrlSourceOptions> = {
  ...requestOptions,
  cache: checkCache,
  offline: checkBoolean,
}

export const hubOptions: OptionChecks<HubSourceOptions> = {
  ...urlOptions,
  revision: checkName,
  endpoint: checkName,
}
