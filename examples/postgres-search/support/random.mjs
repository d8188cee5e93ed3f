/** Returns a generator of numbers from 0 to 1, the same ones for a seed, after Marsaglia's xorshift (2003). */
export function createRandom(seed) {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}
