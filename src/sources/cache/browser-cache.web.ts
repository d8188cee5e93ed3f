/**
 * Checks the options of `browserCache`. The cache itself is in open-browser-cache.web.ts: in one file, a page would load
 * 0.8 KB of checks that it does not use.
 */

import { checkOptions, type OptionChecks } from '../../checks/check-options.js'
import { checkMethods, checkName } from '../../checks/option-kinds.js'
import type { ModelCache } from './model-cache.js'
import { type BrowserCacheOptions, openBrowserCache } from './open-browser-cache.web.js'

export type { BrowserCacheOptions } from './open-browser-cache.web.js'

const browserCacheOptions: OptionChecks<BrowserCacheOptions> = {
  name: checkName,
  caches: (option, value) => checkMethods(option, value, ['open']),
}

/** Creates a cache over the browser's Cache API. An entry becomes visible only once it is complete. */
export function browserCache(options: BrowserCacheOptions = {}): ModelCache {
  checkOptions('browserCache', options, browserCacheOptions)
  return openBrowserCache(options)
}
