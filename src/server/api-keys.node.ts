/** Checks the API key of a request. */

import { createHash, timingSafeEqual } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'
import { RequestError } from './request-error.node.js'

/**
 * Lets requests pass that bring one of the keys, as `Authorization: Bearer KEY`. Without keys, all pass.
 *
 * How long the comparison takes depends on no key: hashes of one length are compared, and with every key.
 *
 * @throws {RequestError} `unauthorized`
 */
export function requireApiKey(keys: readonly string[]): MiddlewareHandler {
  const hashes = keys.flatMap((key) => [hash(key), hash(asLatin1(key))])
  return async (context, next) => {
    const given = /^Bearer +(.*)$/i.exec(context.req.header('authorization') ?? '')?.[1]
    const givenHash = hash(given ?? '')
    const matches = hashes.filter((known) => timingSafeEqual(known, givenHash))
    if (hashes.length > 0 && (given === undefined || matches.length === 0)) {
      context.header('www-authenticate', 'Bearer')
      throw new RequestError(
        'unauthorized',
        given === undefined
          ? 'This server needs an API key: send it as "Authorization: Bearer KEY".'
          : 'The API key is wrong.',
      )
    }
    await next()
  }
}

/** The key as Node reads it when a client sends UTF-8, as curl does: a character for each byte. */
function asLatin1(key: string): string {
  return Buffer.from(key).toString('latin1')
}

function hash(key: string): Buffer {
  return createHash('sha256').update(key).digest()
}
