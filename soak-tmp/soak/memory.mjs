/** Measures the memory in use, and its growth. */

/** Returns the memory in MB after garbage collections. */
export async function sampleMemory(calls) {
  for (let round = 0; round < 2; round++) {
    globalThis.gc()
    await new Promise((resolve) => setImmediate(resolve)) // Finalizers run between collections.
  }
  const { rss, heapUsed, external } = process.memoryUsage()
  return { calls, rss: rss / 1e6, heap: (heapUsed + external) / 1e6 }
}

/** Returns how much the last quarter of the values is above the first. Single outliers have little effect. */
export function growth(values) {
  const quarter = Math.ceil(values.length / 4)
  return middle(values.slice(-quarter)) - middle(values.slice(0, quarter))
}

function middle(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1]
}
