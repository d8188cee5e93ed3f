/** Counts each request, and writes a line about it to the log: no text, no key, and no path that a client made up. */

import type { MiddlewareHandler } from 'hono'
import { matchedRoutes } from 'hono/route'
import type { Logger } from 'pino'
import type { Metrics } from './metrics.node.js'
import type { RequestFacts, ServerEnv } from './server-context.node.js'

/** The status that nginx logs when a client has gone away. It is never sent. */
const clientGone = 499

export function observeRequests(log: Logger, metrics: Metrics): MiddlewareHandler<ServerEnv> {
  return async (context, next) => {
    const start = performance.now()
    const facts: RequestFacts = {}
    context.set('facts', facts)
    context.set('signal', clientSignal(context.req.raw))
    await next()
    const seconds = (performance.now() - start) / 1000
    const { method } = context.req
    const isGone = context.get('signal').aborted
    const status = isGone ? clientGone : context.res.status
    // All paths match the middleware's. The pattern of a parameter is left out.
    const matched = matchedRoutes(context).findLast(({ path }) => path !== '/*')
    const route = matched?.path.replace('{.+}', '') ?? 'other'
    metrics.requests.inc({ route, method, status })
    metrics.requestSeconds.observe({ route }, seconds)
    const { error } = context
    const line = {
      requestId: context.get('requestId'),
      method,
      route,
      status,
      ms: Math.round(seconds * 1000),
      ...facts,
      ...(error && !isGone && { error: describeError(error) }),
    }
    if (status >= 500 || status === 424) log.error(line, 'request')
    else log.info(line, 'request')
  }
}

/** Aborted when the client goes away. The reason of the request's own signal is a string, which is no error for Hono. */
function clientSignal({ signal }: Request): AbortSignal {
  const controller = new AbortController()
  signal.addEventListener('abort', () => controller.abort(), { once: true })
  return controller.signal
}

/** Names the kind of an error. Its message may quote a text. */
function describeError(error: Error): object {
  const { kind, cause } = error as { readonly kind?: unknown; readonly cause?: unknown }
  const origin = (cause ?? error) as { readonly code?: unknown; readonly stack?: string }
  const frames = (origin.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  return { kind, code: origin.code, ...(kind === undefined && { stack: frames.join('\n') }) }
}
