/** Parses the base URL of a model, and keeps its query secret. */

import { ArgumentRangeError, describe } from '../errors.js'
import { type Fetch, reasonOf } from './http/http.js'

export interface BaseUrl {
  /** The URL with a slash at the end, without query and fragment. */
  readonly href: string
  /** Adds the query of the given URL, such as a signature, to each request. */
  readonly fetch: Fetch | undefined
}

/**
 * Parses an absolute URL. Only `fetch` knows the query, which may contain a signature. Errors, progress events and
 * caches use `href`, so they cannot reveal the query.
 *
 * @throws {ArgumentRangeError} `INVALID_OPTION`
 */
export function parseBaseUrl(url: string, fetch?: Fetch): BaseUrl {
  const refuse = (why: string): never => {
    // The message leaves out the query and the password. The error has no cause, which would contain the whole URL.
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
      'with a user, which no request can have in its URL: pass a fetch that sends an Authorization header',
    )
  const query = base.search.slice(1)
  base.search = ''
  base.hash = ''
  return {
    href: base.href.replace(/\/?$/, '/'),
    fetch: query ? queryFetch(query, fetch) : fetch,
  }
}

/** Creates a `fetch` that adds a query. Its errors do not contain the query. */
function queryFetch(query: string, fetch: Fetch = globalThis.fetch): Fetch {
  return async (url, init) => {
    try {
      return await fetch(new URL(`${url}?${query}`), init)
    } catch (error) {
      // The cause is left out, because any field of a fetch error may contain the URL.
      throw new Error(reasonOf(error as Error))
    }
  }
}
