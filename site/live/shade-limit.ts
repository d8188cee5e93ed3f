/** The value that the strips show in full colour. */

/** All but this share of the values are within the limit, so that single outliers do not make all others pale. */
const outliers = 0.02

export function shadeLimit(vectors: readonly Float32Array[]): number {
  const sizes = vectors.flatMap((vector) => Array.from(vector, Math.abs)).sort((a, b) => a - b)
  return sizes[Math.floor((1 - outliers) * (sizes.length - 1))] ?? 1
}
