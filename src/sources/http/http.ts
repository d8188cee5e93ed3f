/** Asks over HTTP, again where that may help, turning what can go wrong into typed errors. */

import { BertEmbedError } from '../../errors.js'
import type { OpenOptions } from '../model-source.js'

export type Fetch = typeof globalThis.fetch

export interface RequestOptions {
  /** @default globalThis.fetch */
  readonly fetch?: Fetch | undefined
  /** Sent as `Authorization: Bearer`, to this server only and never where it redirects to; none when false or ''. */
  readonly token?: string | false | undefined
  /**
   * Gives up an answer, or the rest of it, when nothing has come for so long.
   *
   * @default 30_000: servers that fetch a file from cold storage first, and bad connections, stay well below it.
   */
  readonly timeoutMs?: number | undefined
  /** How often to ask again after a cut, or 408, 429 or 5xx, each time without a single byte in between. @default 4 */
  readonly maxRetries?: number | undefined
  /** The wait before the first of these, doubled for each further one up to 8 s, less a random part. @default 500 */
  readonly retryDelayMs?: number | undefined
}

export interface GetOptions extends RequestOptions, Pick<OpenOptions, 'signal'> {
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** What to do about 401 and 403: a sentence for their error. */
  readonly adviceOn?: ((refusal: Headers) => string | Promise<string>) | undefined
}

/** A server's refusal. */
export class HttpStatusError extends BertEmbedError {
  readonly status: number
  /** How long the server asks to be left alone. */
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
 * The response to a GET: a success, 404 or 410, or 304 to a conditional request.
 *
 * @throws {BertEmbedError} `NETWORK` when there is no answer, `UNAUTHORIZED` for 401 and 403, `HTTP_STATUS` for other failures.
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

/** Whether another attempt may go better; `true` once the time for it has come. */
export async function waitToRetry(error: unknown, attempt: number, options: GetOptions): Promise<boolean> {
  const { maxRetries = 4, retryDelayMs = 500, signal } = options
  if (attempt >= maxRetries || !isUnavailable(error)) return false
  const backoffMs = Math.min(retryDelayMs * 2 ** attempt, 8000) * (1 - Math.random() / 2)
  const waitMs = (error instanceof HttpStatusError && error.retryAfterMs) || backoffMs
  if (waitMs > longestWaitMs) return false
  await sleep(waitMs, signal)
  return true
}

/** Whether the server is not there, or too busy: what was kept from earlier answers may serve instead. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof HttpStatusError)
    return error.status === 408 || error.status === 429 || error.status >= 500
  return error instanceof BertEmbedError && error.code === 'NETWORK'
}

/** `work`, or an error when it has not come in time. */
export async function inTime<T>(work: Promise<T>, { timeoutMs = 30_000 }: RequestOptions): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    const fail = () => reject(new Error(`nothing came for ${timeoutMs / 1000} s (timeoutMs)`))
    timer = setTimeout(fail, Math.min(timeoutMs, longestTimerMs))
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

/** Whether a web page came in the place of a file: of a portal, or of an application that answers everything with itself. */
export function isPage({ headers }: Response): boolean {
  return /^(?:text\/html|application\/xhtml\+xml)\b/i.test(headers.get('content-type') ?? '')
}

/** What the server calls this version of the file: its ETag, or the date of its last change. */
export function versionOf({ headers }: Response): string | undefined {
  return headers.get('etag') ?? headers.get('last-modified') ?? undefined
}

/** undici says only "fetch failed"; the reason is its cause. */
export function reasonOf(error: Error): string {
  return withoutQueries(error.cause instanceof Error ? error.cause.message : error.message)
}

/** What others say may repeat a URL, which may be signed: the one asked for, or one that it redirects to. */
function withoutQueries(text: string): string {
  return `${text}`.replace(/\?\S+/g, '?…')
}

/** A server that wants more than this is not waited for: the error says how long it asked for. */
const longestWaitMs = 60_000

/** Timers take 31 bits; a longer wait, such as Infinity, would end at once. */
const longestTimerMs = 2 ** 31 - 1

async function ask(url: URL, options: GetOptions): Promise<Response> {
  const { fetch = globalThis.fetch, token, signal } = options
  const headers = { ...options.headers, ...(token && { authorization: `Bearer ${token}` }) }
  const controller = new AbortController()
  const stop = signal ? AbortSignal.any([signal, controller.signal]) : controller.signal
  const response = await inTime(fetch(url, { headers, signal: stop }), options).catch((cause: Error) => {
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

/** In seconds, or a date. */
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
