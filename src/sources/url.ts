/**
 * Checks the options of `urlSource`. The source itself is in open-url.ts, which a page loads without these checks.
 */

import { checkOptions } from '../checks/check-options.js'
import { checkName } from '../checks/option-kinds.js'
import type { ModelSource } from './model-source.js'
import { openUrl } from './open-url.js'
import { type UrlSourceOptions, urlOptions } from './source-options.js'

/**
 * Creates a source for a model below a base URL. If the URL has a query, such as a signature, it is added to every
 * request. With a cache, a file with an ETag or a last-modified date is stored, and can be used without a network.
 *
 * @throws {ArgumentTypeError | ArgumentRangeError} `INVALID_OPTION`, also if `baseUrl` is not an absolute URL or
 * contains a user name.
 * @throws {BertEmbedError} from `open`: `UNAUTHORIZED`, `NETWORK`, `HTTP_STATUS`, `DAMAGED_DOWNLOAD`, `OFFLINE`,
 * `CACHE_FAILED`.
 * @example
 * const source = urlSource('https://example.org/models/bert-small/')
 */
export function urlSource(baseUrl: string, options: UrlSourceOptions = {}): ModelSource {
  checkName('model', baseUrl)
  checkOptions('urlSource', options, urlOptions)
  return openUrl(baseUrl, options)
}
