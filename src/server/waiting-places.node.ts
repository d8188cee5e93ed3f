/** Limits how many texts of all requests wait or run at the same time. */

import { RequestError } from './request-error.node.js'

export interface WaitingPlaces {
  /** Number of texts that are waiting or running. */
  readonly taken: number
  /**
   * Takes a place for each text of a request. Returns the function that gives them back.
   *
   * @throws {RequestError} `overloaded` if there are too few places. A request is let in whenever nothing else waits.
   */
  take(texts: number): () => void
}

/** Seconds until a refused client should ask again: some batches are done by then. */
const retryAfterSeconds = 1

export function createWaitingPlaces(maxTexts: number): WaitingPlaces {
  let taken = 0
  return {
    get taken() {
      return taken
    },
    take(texts) {
      if (taken > 0 && taken + texts > maxTexts)
        throw new RequestError('overloaded', `Too many texts are waiting (${taken}). Ask again later.`, {
          retryAfterSeconds,
        })
      taken += texts
      let isTaken = true
      return () => {
        if (isTaken) taken -= texts
        isTaken = false
      }
    },
  }
}
