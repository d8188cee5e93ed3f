/** Memory that is really held, and how it grows. */

/** After collections, so that what waits to be collected does not count; in MB. */
export async function sampleMemory(calls) {
  for (let round = 0; round < 2; round++) {
    globalThis.gc()
    await new Promise((resolve) => setImmediate(resolve)) // Finalizers run between.
  }
  const { rss, heapUsed, external } = process.memoryUsage()
  return { calls, rss: rss / 1e6, heap: (heapUsed + external) / 1e6 }
}

/** How much the last quarter of the values lies above the first: single outliers do not count. */
export function growth(values) {
  const quarter = Math.ceil(values.length / 4)
  return middle(values.slice(-quarter)) - middle(values.slice(0, quarter))
}

function middle(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1]
}
