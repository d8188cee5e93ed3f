/** Calls a function as a load generator asks a server: each of some callers waits for its answer before it asks again. */

export function askFunction(embed) {
  return async (texts, { connections }) => {
    const milliseconds = []
    const vectors = new Array(texts.length)
    const start = performance.now()
    let next = 0
    const call = async () => {
      while (next < texts.length) {
        const index = next++
        const asked = performance.now()
        vectors[index] = await embed(texts[index])
        milliseconds.push(performance.now() - asked)
      }
    }
    await Promise.all(Array.from({ length: connections }, call))
    return { seconds: (performance.now() - start) / 1000, milliseconds, vectors, failed: 0 }
  }
}
