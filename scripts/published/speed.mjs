/** Times embedders interleaved, so that other load on the machine affects all of them. */

import { median, percentile } from '../../bench/compare/statistics.mjs'

/**
 * Returns the milliseconds of each contender, one list per round. Each round has a random order, so that no contender has an
 * advantage from its position.
 *
 * @param contenders functions that embed the texts once
 */
export async function timeInTurns(contenders, { rounds }) {
  for (const contender of contenders) await contender()
  const times = []
  for (let round = 0; round < rounds; round++) {
    const ofRound = []
    for (const index of shuffledPlaces(contenders.length)) {
      const start = performance.now()
      await contenders[index]()
      ofRound[index] = performance.now() - start
    }
    times.push(ofRound)
  }
  return times
}

/** How many times as fast the contender is as the base: the median of the rounds' ratios, and their quartiles. */
export function speedRatio(times, { base, contender }) {
  const ratios = times.map((ofRound) => ofRound[base] / ofRound[contender])
  const [low, high] = [25, 75].map((percent) => percentile(ratios, percent).toFixed(2))
  return `${median(ratios).toFixed(2)} (${low} to ${high})`
}

function shuffledPlaces(count) {
  const drawn = Array.from({ length: count }, (_, index) => ({ index, key: Math.random() }))
  return drawn.sort((a, b) => a.key - b.key).map(({ index }) => index)
}
