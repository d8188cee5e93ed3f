/** The errors that the library throws. Match an error by its `code`, which is stable. The message is for people. */

/**
 * The reason for an error. Codes are stable across versions.
 *
 * `INVALID_TEXT`, `INVALID_OPTION`, `INVALID_TENSOR` and `TEXT_TOO_LONG` mean wrong use of the library. They are thrown
 * as {@link ArgumentTypeError} or {@link ArgumentRangeError}. All other codes are thrown as {@link BertEmbedError}.
 */
export type ErrorCode =
  // Wrong use of the library.
  | 'INVALID_TEXT'
  | 'INVALID_OPTION'
  | 'INVALID_TENSOR'
  | 'TEXT_TOO_LONG'
  | 'DISPOSED'
  // The content of the model's files.
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
  // Access to the files.
  | 'UNAUTHORIZED'
  | 'HTTP_STATUS'
  | 'NETWORK'
  | 'DAMAGED_DOWNLOAD'
  | 'OFFLINE'
  | 'READ_FAILED'
  | 'CACHE_FAILED'
  | 'WRITE_FAILED'
  // Running the model.
  | 'MISSING_PEER'
  | 'UNSUPPORTED_DEVICE'
  | 'BACKEND_FAILED'
  | 'OUT_OF_MEMORY'
  | 'WRONG_RESULT'

/** An error about a model, a file, the network or the runtime, with a `code`. */
export class BertEmbedError extends Error {
  override readonly name: string = 'BertEmbedError'
  /** The reason, for programs. */
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** An argument of the wrong type: a `TypeError` with a `code`. */
export class ArgumentTypeError extends TypeError {
  override readonly name = 'ArgumentTypeError'
  /** The reason, for programs. */
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** An argument of the right type with a value that is not allowed: a `RangeError` with a `code`. */
export class ArgumentRangeError extends RangeError {
  override readonly name = 'ArgumentRangeError'
  /** The reason, for programs. */
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** Describes a caller's value for a message: the value itself if it is short, else its type. */
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
      // An object from a JSON file may have a field named `constructor`.
      return `an object (${typeof value.constructor === 'function' ? value.constructor.name : 'Object'})`
    default:
      return `a ${typeof value}`
  }
}
