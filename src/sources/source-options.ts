/** Options of the sources, and the checks of their values. */

import {
  checkBoolean,
  checkFunction,
  checkSignal,
  type OptionCheck,
  type OptionChecks,
  wrongKind,
} from '../checks/check-options.js'
import { checkAmount, checkMethods, checkName } from '../checks/option-kinds.js'
import { ArgumentRangeError } from '../errors.js'
import type { ModelCache } from './cache/model-cache.js'
import type { RequestOptions } from './http/http.js'
import type { OpenOptions } from './model-source.js'

export interface UrlSourceOptions extends RequestOptions {
  /**
   * Cache for downloaded files. A cached file is downloaded again only after it has changed.
   *
   * @default no cache: files stay in memory
   */
  readonly cache?: ModelCache | false | undefined
  /** Read from the cache only and send no requests. @default false */
  readonly offline?: boolean | undefined
}

export interface HubSourceOptions extends UrlSourceOptions {
  /** Branch, tag or commit of the model. @default 'main' */
  readonly revision?: string | undefined
  /** URL of the Hub or of a mirror. @default 'https://huggingface.co' */
  readonly endpoint?: string | undefined
}

/** @throws {ArgumentTypeError} `INVALID_OPTION` unless `value` is `false` or has the methods of a `ModelCache`. */
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

/** The error messages do not contain the token. */
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
