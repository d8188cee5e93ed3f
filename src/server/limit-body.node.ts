/** Refuses bodies that are too large. */

import type { MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { RequestError } from './request-error.node.js'

/**
 * A declared length is enough to refuse a body, because Node reads no more than that. Hono's own check would turn each
 * body into a stream first, which takes a fifth of the processor time of a request.
 *
 * @throws {RequestError} `body_too_large`
 */
export function limitBody(maxBytes: number): MiddlewareHandler {
  const refuse = (): never => {
    throw new RequestError('body_too_large', `The body is larger than ${maxBytes} bytes.`)
  }
  const limitStream = bodyLimit({ maxSize: maxBytes, onError: refuse })
  return (context, next) => {
    const length = context.req.header('content-length')
    const isDeclared = length !== undefined && context.req.header('transfer-encoding') === undefined
    if (!isDeclared) return limitStream(context, next)
    return Number(length) > maxBytes ? refuse() : next()
  }
}
