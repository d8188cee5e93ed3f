/** Seeded random numbers, so that checkpoints and texts are the same on every machine. */

/** Mulberry32: numbers from 0 to 1, 1 excluded. It is small, and good enough for random weights and words. */
export function createRandom(seed) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Returns one normally distributed number, by the Box-Muller transform. */
export function drawNormal(random) {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

/** Fills `values` with normally distributed numbers. Computes two at a time, for speed: a checkpoint has a hundred million. */
export function fillNormal(values, { random, mean, deviation }) {
  for (let index = 0; index < values.length; index += 2) {
    const radius = deviation * Math.sqrt(-2 * Math.log(1 - random()))
    const angle = 2 * Math.PI * random()
    values[index] = mean + radius * Math.cos(angle)
    values[index + 1] = mean + radius * Math.sin(angle) // A write beyond the end of an odd array has no effect.
  }
}
