/** Sends HTTP requests, retries where that may help, and turns failures into typed errors. */

import { BertEmbedError } from '../../errors.js'
import type { OpenOptions } from '../model-source.js'

export type Fetch = typeof globalThis.fetch

export interface RequestOptions {
  /** The function that sends requests. @default globalThis.fetch */
  readonly fetch?: Fetch | undefined
  /**
   * Sent as `Authorization: Bearer` to this server only, never to a server that it redirects to. `false` or `''` sends
   * no token.
   */
  readonly token?: string | false | undefined
  /**
   * Time in ms without received data after which a request fails. It applies to the headers and to each part of the
   * body.
   *
   * @default 30_000: enough for servers that first fetch a file from cold storage, and for bad connections
   */
  readonly timeoutMs?: number | undefined
  /**
   * Maximum number of retries after a dropped connection or status 408, 429 or 5xx. Receiving data resets the count.
   *
   * @default 4
   */
  readonly maxRetries?: number | undefined
  /**
   * Delay in ms before the first retry. It doubles with each further retry, up to 8 s, and is shortened by a random
   * part of up to one half. A `Retry-After` header overrides it.
   *
   * @default 500
   */
  readonly retryDelayMs?: number | undefined
}

export interface GetOptions extends RequestOptions, Pick<OpenOptions, 'signal'> {
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Returns a sentence that tells the user what to do about status 401 or 403, for the error message. */
  readonly adviceOn?: ((refusal: Headers) => string | Promise<string>) | undefined
}

/** An error status in a server's response. */
export class HttpStatusError extends BertEmbedError {
  readonly status: number
  /** The delay that the server asks for in `Retry-After`. */
  readonly retryAfterMs: number | undefined

  constructor(url: URL, { status, statusText, headers }: Response, advice = '') {
    const reason = headers.get('x-error-message')?.slice(0, 300)
    const retryAfterMs = parseRetryAfter(headers.get('retry-after'))
    const answer = `${status} ${statusText}`.trim() + (reason ? ` (${reason})` : '')
    const said = `${url} answered ${withoutQueries(answer)}`
    const wish = retryAfterMs ? `, and asks to wait for ${Math.ceil(retryAfterMs / 1000)} s` : ''
    super(isUnauthorized(status) ? 'UNAUTHORIZED' : 'HTTP_STATUS', `${said}${wish}. ${advice}`.trimEnd())
    this.status = status
    this.retryAfterMs = retryAfterMs
  }
}

/**
 * Sends a GET request, with retries. Returns a response with a success status, 404, 410, or 304 (not modified).
 *
 * @throws {BertEmbedError} `NETWORK` without a response, `UNAUTHORIZED` for 401 and 403, `HTTP_STATUS` for other
 * statuses.
 */
export async function get(url: URL, options: GetOptions): Promise<Response> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await ask(url, options)
    } catch (error) {
      if (!(await waitToRetry(error, attempt, options))) throw error
    }
  }
}

/** Returns `false` if a retry would not help or is not allowed. Otherwise waits, then returns `true`. */
export async function waitToRetry(error: unknown, attempt: number, options: GetOptions): Promise<boolean> {
  const { maxRetries = 4, retryDelayMs = 500, signal } = options
  if (attempt >= maxRetries || !isUnavailable(error)) return false
  const backoffMs = Math.min(retryDelayMs * 2 ** attempt, 8000) * (1 - Math.random() / 2)
  const waitMs = (error instanceof HttpStatusError && error.retryAfterMs) || backoffMs
  if (waitMs > maxWaitMs) return false
  await sleep(waitMs, signal)
  return true
}

/** Whether the server is unreachable or overloaded. Callers may then use cached files. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof HttpStatusError)
    return error.status === 408 || error.status === 429 || error.status >= 500
  return error instanceof BertEmbedError && error.code === 'NETWORK'
}

/** Waits for `work`. Throws if it takes longer than `timeoutMs`. */
export async function withTimeout<T>(work: Promise<T>, { timeoutMs = 30_000 }: RequestOptions): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    const fail = () => reject(new Error(`no data for ${timeoutMs / 1000} s (timeoutMs)`))
    timer = setTimeout(fail, Math.min(timeoutMs, maxTimerMs))
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

/**
 * Whether the response is a web page, not a file. Captive portals and single-page applications send one for any URL.
 */
export function isPage({ headers }: Response): boolean {
  return /^(?:text\/html|application\/xhtml\+xml)\b/i.test(headers.get('content-type') ?? '')
}

/** The version of the file: its ETag, or else its last-modified date. */
export function versionOf({ headers }: Response): string | undefined {
  return headers.get('etag') ?? headers.get('last-modified') ?? undefined
}

/** The reason for a failed fetch. The message of Node's fetch is just "fetch failed"; the reason is in its cause. */
export function reasonOf(error: Error): string {
  return withoutQueries(error.cause instanceof Error ? error.cause.message : error.message)
}

/**
 * Removes the queries of URLs, which may contain signatures. Messages of servers and of fetch may quote such URLs.
 */
function withoutQueries(text: string): string {
  return `${text}`.replace(/\?\S+/g, '?…')
}

/** Maximum delay before a retry. If a server asks for more, the request fails, and the error names that delay. */
const maxWaitMs = 60_000

/** Maximum delay of a timer, which has 31 bits. A longer one, such as Infinity, would fire immediately. */
const maxTimerMs = 2 ** 31 - 1

async function ask(url: URL, options: GetOptions): Promise<Response> {
  const { fetch = globalThis.fetch, token, signal } = options
  const headers = { ...options.headers, ...(token && { authorization: `Bearer ${token}` }) }
  const controller = new AbortController()
  const stop = signal ? AbortSignal.any([signal, controller.signal]) : controller.signal
  const response = await withTimeout(fetch(url, { headers, signal: stop }), options).catch((cause: Error) => {
    controller.abort()
    signal?.throwIfAborted()
    throw new BertEmbedError('NETWORK', `${url} could not be reached: ${reasonOf(cause)}`, { cause })
  })
  if (response.ok || [304, 404, 410].includes(response.status)) return response
  await response.body?.cancel()
  const advice = isUnauthorized(response.status) ? await options.adviceOn?.(response.headers) : ''
  throw new HttpStatusError(url, response, advice)
}

function isUnauthorized(status: number): boolean {
  return status === 401 || status === 403
}

/** Parses a number of seconds, or a date. */
function parseRetryAfter(value: string | null): number | undefined {
  if (value === null) return undefined
  const waitMs = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now()
  return Number.isNaN(waitMs) ? undefined : Math.max(waitMs, 0)
}

async function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted()
  let stop: (() => void) | undefined
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms)
    stop = () => {
      clearTimeout(timer)
      resolve()
    }
    signal?.addEventListener('abort', stop)
  })
  if (stop) signal?.removeEventListener('abort', stop)
  signal?.throwIfAborted()
}
