/** The options of sources and caches, each with its check. */

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
  /** Where downloads are kept; they are downloaded again only after they changed. @default none: in memory only */
  readonly cache?: ModelCache | false | undefined
  /** Read from the cache only, without any request. @default false */
  readonly offline?: boolean | undefined
}

export interface HubSourceOptions extends UrlSourceOptions {
  /** A branch, tag or commit. @default 'main' */
  readonly revision?: string | undefined
  /** The URL of the Hub, or of a mirror. @default 'https://huggingface.co' */
  readonly endpoint?: string | undefined
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
