/** The options of the server, and their defaults. */

/** What a request may take, and how much may wait. */
export interface ServerLimits {
  /** Maximum number of bytes of a request's body. */
  readonly maxBodyBytes: number
  /** Maximum number of texts of a request. */
  readonly maxTexts: number
  /** Maximum number of texts of all requests that are waiting or running. Further requests get status 429. */
  readonly maxWaitingTexts: number
}

export const defaultLimits: ServerLimits = {
  // 2048 texts of 1000 tokens, at about four bytes a token.
  maxBodyBytes: 8 * 2 ** 20,
  // What OpenAI allows.
  maxTexts: 2048,
  maxWaitingTexts: 4096,
}

/** Behaviour that every route shares. */
export interface ServerSettings {
  readonly limits: ServerLimits
  /** Keys of which a request has to bring one. Without keys, every request is answered. */
  readonly apiKeys: readonly string[]
  /** Origins of pages that may call the server; `*` is every origin. Without origins, no page of another origin may. */
  readonly corsOrigins: readonly string[]
  /** Whether a text that is too long is cut by default, instead of refused. */
  readonly autoTruncate: boolean
  /** Version of the package, for `/info`. */
  readonly version: string
}
