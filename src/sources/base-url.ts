/** The URL below which a model's files lie. */

import { ArgumentRangeError, describe } from '../errors.js'
import { type Fetch, reasonOf } from './http/http.js'

export interface BaseUrl {
  /** It ends with a slash, and has neither a query nor a fragment. */
  readonly href: string
  /** Adds the query that the URL was given with, such as a signature, to what is asked for. */
  readonly fetch: Fetch | undefined
}

/**
 * Parses an absolute URL. Only `fetch` knows the query: errors, progress events and caches, which take the URL of a file
 * from `href`, cannot repeat it.
 *
 * @throws {ArgumentRangeError} `INVALID_OPTION`
 */
export function parseBaseUrl(url: string, fetch?: Fetch): BaseUrl {
  const refuse = (why: string): never => {
    // Neither the query nor a password, and no cause, which repeats the whole URL.
    const shown = url.replace(/[?#].*/s, '').replace(/\/\/.*@/, '//')
    throw new ArgumentRangeError('INVALID_OPTION', `model is ${describe(shown)}, ${why}.`)
  }
  let base: URL
  try {
    base = new URL(url)
  } catch {
    return refuse('not a URL')
  }
  if (base.username || base.password)
    refuse(
      'with a user, which no request can have in its URL: give a fetch that sends an Authorization header',
    )
  const query = base.search.slice(1)
  base.search = ''
  base.hash = ''
  return {
    href: base.href.replace(/\/?$/, '/'),
    fetch: query ? queryFetch(query, fetch) : fetch,
  }
}

/** A `fetch` that adds a query, and whose errors do not repeat it. */
function queryFetch(query: string, fetch: Fetch = globalThis.fetch): Fetch {
  return async (url, init) => {
    try {
      return await fetch(new URL(`${url}?${query}`), init)
    } catch (error) {
      // Without the cause: what a fetch throws may hold the URL in any of its fields.
      throw new Error(reasonOf(error as Error))
    }
  }
}
