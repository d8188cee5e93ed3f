/** Reads the JSON body of a request. */

import type { Context } from 'hono'
import type { ZodMiniType } from 'zod/mini'
import { RequestError } from './request-error.node.js'

/**
 * Returns the body as the schema describes it.
 *
 * @throws {RequestError} `unsupported_body`, `invalid`
 */
export async function readBody<T>(context: Context, schema: ZodMiniType<T>): Promise<T> {
  // A page of any origin may send a body of another type without asking first.
  if (!/^application\/json\b/i.test(context.req.header('content-type') ?? ''))
    throw new RequestError(
      'unsupported_body',
      'The body has to be JSON, with "Content-Type: application/json".',
    )
  if (context.req.header('content-encoding') !== undefined)
    throw new RequestError('unsupported_body', 'The body must not be compressed (Content-Encoding).')
  const { success, data, error } = schema.safeParse(parseJson(await context.req.arrayBuffer()))
  if (success) return data
  const { path, message } = error.issues[0]!
  if (path.length === 0) throw new RequestError('invalid', 'The body has to be a JSON object.')
  const field = path.join('.')
  throw new RequestError('invalid', `${field}: ${message}.`, { field })
}

function parseJson(bytes: ArrayBuffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    // The parser's own message quotes the body.
    const problem = error instanceof SyntaxError ? 'JSON' : 'UTF-8'
    throw new RequestError('invalid', `The body is not ${problem}.`)
  }
}
