/** Errors in the form of OpenAI's API. */

import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { RequestError, RequestErrorKind } from '../request-error.node.js'

interface OpenAIErrorForm {
  readonly status: ContentfulStatusCode
  readonly type: string
  readonly code: string | null
}

const wrong = 'invalid_request_error'

/** @see https://platform.openai.com/docs/guides/error-codes */
const forms: Readonly<Record<RequestErrorKind, OpenAIErrorForm>> = {
  invalid: { status: 400, type: wrong, code: null },
  empty: { status: 400, type: wrong, code: null },
  too_many_tokens: { status: 400, type: wrong, code: 'context_length_exceeded' },
  too_many_texts: { status: 400, type: wrong, code: null },
  body_too_large: { status: 413, type: wrong, code: null },
  unsupported_body: { status: 415, type: wrong, code: null },
  unauthorized: { status: 401, type: wrong, code: 'invalid_api_key' },
  unknown_model: { status: 404, type: wrong, code: 'model_not_found' },
  unknown_route: { status: 404, type: wrong, code: null },
  overloaded: { status: 429, type: 'requests', code: 'rate_limit_exceeded' },
  unavailable: { status: 503, type: 'server_error', code: null },
  failed: { status: 500, type: 'server_error', code: null },
}

export function toOpenAIError({ kind, message, field }: RequestError) {
  const { status, type, code } = forms[kind]
  return { status, body: { error: { message, type, param: field ?? null, code } } }
}
