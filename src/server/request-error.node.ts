/** The errors that a request can end with, in no API's form. */

import { ArgumentRangeError, ArgumentTypeError } from '../node.js'

export type RequestErrorKind =
  | 'invalid'
  | 'empty'
  | 'too_many_tokens'
  | 'too_many_texts'
  | 'body_too_large'
  | 'unsupported_body'
  | 'unauthorized'
  | 'unknown_model'
  | 'unknown_route'
  | 'overloaded'
  | 'unavailable'
  | 'failed'

interface RequestErrorOptions extends ErrorOptions {
  /** Name of the field of the request that is wrong. */
  readonly field?: string | undefined
  /** When the same request may succeed. */
  readonly retryAfterSeconds?: number | undefined
}

/** An error whose message the client gets. The message contains no text of a request, and no path of this machine. */
export class RequestError extends Error {
  override readonly name = 'RequestError'
  readonly kind: RequestErrorKind
  readonly field: string | undefined
  readonly retryAfterSeconds: number | undefined

  constructor(
    kind: RequestErrorKind,
    message: string,
    { field, retryAfterSeconds, ...options }: RequestErrorOptions = {},
  ) {
    super(message, options)
    this.kind = kind
    this.field = field
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** Describes any error for the client. Messages of unexpected errors stay inside. */
export function toRequestError(error: unknown): RequestError {
  if (error instanceof RequestError) return error
  const isWrongUse = error instanceof ArgumentTypeError || error instanceof ArgumentRangeError
  if (isWrongUse && error.code === 'TEXT_TOO_LONG')
    return new RequestError('too_many_tokens', error.message, { cause: error })
  if (isWrongUse) return new RequestError('invalid', error.message, { cause: error })
  return new RequestError('failed', 'The model failed to embed the texts.', { cause: error })
}
