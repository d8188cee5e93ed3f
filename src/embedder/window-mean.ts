/** The vector of a text from those of its windows. */

export interface WindowMean {
  /** Takes a window's vector, in whatever order they come; returns the text's with the last one. */
  add(vector: Float32Array, tokens: number): Float32Array | undefined
}

/**
 * The mean of windows' vectors, each weighted by its pooled tokens: with mean pooling, the mean over the tokens of all
 * windows. The vector of a single window is left as it is.
 *
 * Sums are in float64: a float32 times a number of tokens is exact there, and so mostly is their sum, in any order.
 */
export function createWindowMean(windows: number): WindowMean {
  let sums: Float64Array | undefined
  let weights = 0
  let missing = windows
  return {
    add(vector, tokens) {
      missing--
      if (windows === 1) return vector
      sums ??= new Float64Array(vector.length)
      for (let i = 0; i < vector.length; i++) sums[i] = sums[i]! + tokens * vector[i]!
      weights += tokens
      return missing > 0 ? undefined : Float32Array.from(sums, (sum) => sum / weights)
    },
  }
}
