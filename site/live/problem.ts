/** Why the model did not load, in words that say what the reader can do. */

export interface Problem {
  readonly text: string
  /** What the program reported. */
  readonly details: string
  /** The code of the page itself is missing. A browser does not ask for a module again before the page is reloaded. */
  readonly needsReload: boolean
}

export function toProblem(error: unknown): Problem {
  const details = error instanceof Error ? error.message : String(error)
  const code = (error as { code?: unknown } | undefined)?.code
  const isCodeMissing = error instanceof TypeError && code === undefined
  const isOffline = isCodeMissing || code === 'NETWORK'
  return { text: advice(isOffline, code), details, needsReload: isCodeMissing }
}

function advice(isOffline: boolean, code: unknown): string {
  if (typeof WebAssembly === 'undefined')
    return 'This browser has no WebAssembly, and the model runs on it. Open the page in another browser, or allow WebAssembly in the settings.'
  if (isOffline)
    return 'The download failed. The first visit needs a network. Check the connection, then try again.'
  if (code === 'CACHE_FAILED')
    return 'The browser has no room to store the model. Free some space, then try again.'
  return 'The model could not be started. Try again, or open the page in another browser.'
}
