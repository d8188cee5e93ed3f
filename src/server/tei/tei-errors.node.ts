/** Errors in the form of text-embeddings-inference. */

import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { RequestError, RequestErrorKind } from '../request-error.node.js'

/** The types of its OpenAPI document, and one for a missing key, for which it has no body. */
type ErrorType =
  | 'Unhealthy'
  | 'Backend'
  | 'Overloaded'
  | 'Validation'
  | 'Tokenizer'
  | 'Empty'
  | 'Unauthorized'

const forms: Readonly<Record<RequestErrorKind, readonly [ContentfulStatusCode, ErrorType]>> = {
  invalid: [422, 'Validation'],
  empty: [400, 'Empty'],
  too_many_tokens: [422, 'Validation'],
  too_many_texts: [413, 'Validation'],
  body_too_large: [413, 'Validation'],
  unsupported_body: [415, 'Validation'],
  unauthorized: [401, 'Unauthorized'],
  unknown_model: [404, 'Validation'],
  unknown_route: [404, 'Validation'],
  overloaded: [429, 'Overloaded'],
  unavailable: [503, 'Unhealthy'],
  failed: [424, 'Backend'],
}

export function toTeiError({ kind, message }: RequestError) {
  const [status, type] = forms[kind]
  return { status, body: { error: message, error_type: type } }
}
