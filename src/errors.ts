/** Every error the library throws: what to match on is `code`, which is stable; the message is for people. */

/**
 * Stable reasons for an error.
 *
 * Wrong use (thrown as {@link ArgumentTypeError} or {@link ArgumentRangeError}):
 * `INVALID_TEXT`, `INVALID_OPTION`, `INVALID_TENSOR`, `TEXT_TOO_LONG`.
 * Everything else is a {@link BertEmbedError}.
 */
export type ErrorCode =
  // Wrong use.
  | 'INVALID_TEXT'
  | 'INVALID_OPTION'
  | 'INVALID_TENSOR'
  | 'TEXT_TOO_LONG'
  | 'DISPOSED'
  // The model's files.
  | 'MODEL_NOT_FOUND'
  | 'FILE_NOT_FOUND'
  | 'FILE_TOO_LARGE'
  | 'INVALID_TEXT_FILE'
  | 'INVALID_JSON'
  | 'INVALID_CONFIG'
  | 'UNSUPPORTED_MODEL'
  | 'INVALID_TOKENIZER'
  | 'INVALID_SAFETENSORS'
  | 'INVALID_ONNX'
  | 'MISSING_TENSOR'
  | 'INVALID_WEIGHTS'
  // Getting at them.
  | 'UNAUTHORIZED'
  | 'HTTP_STATUS'
  | 'NETWORK'
  | 'DAMAGED_DOWNLOAD'
  | 'OFFLINE'
  | 'READ_FAILED'
  | 'CACHE_FAILED'
  // Running it.
  | 'MISSING_PEER'
  | 'UNSUPPORTED_DEVICE'
  | 'BACKEND_FAILED'
  | 'OUT_OF_MEMORY'
  | 'WRONG_RESULT'

/** Base of all errors about models, files, the network and the runtime. */
export class BertEmbedError extends Error {
  override readonly name: string = 'BertEmbedError'
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** An argument of the wrong type: a `TypeError` with a `code`. */
export class ArgumentTypeError extends TypeError {
  override readonly name = 'ArgumentTypeError'
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** An argument of the right type with a value that cannot be: a `RangeError` with a `code`. */
export class ArgumentRangeError extends RangeError {
  override readonly name = 'ArgumentRangeError'
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** How a message shows a value somebody passed: its type and, where short, the value itself. */
export function describe(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) {
    const isShort = value.length <= 8 && value.every((item) => typeof item === 'number')
    return isShort ? `[${value.join(', ')}]` : `an array of ${value.length}`
  }
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value.length > 80 ? `${value.slice(0, 77)}...` : value)
    case 'number':
    case 'boolean':
    case 'undefined':
      return String(value)
    case 'bigint':
      return `${value}n`
    case 'object':
      // A file's JSON may have a field called constructor.
      return `an object (${typeof value.constructor === 'function' ? value.constructor.name : 'Object'})`
    default:
      return `a ${typeof value}`
  }
}
