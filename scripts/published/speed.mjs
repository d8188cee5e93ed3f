/** Times embedders in turns, so that what else the machine does falls on all of them alike. */

import { median, percentile } from '../../bench/compare/statistics.mjs'

/**
 * Milliseconds of each contender, one list per round. The order is drawn anew for each round: who comes first, and after
 * whom, favours nobody.
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

/** How many times as fast the contender is as the base: the median of the rounds' ratios, and the middle half of them. */
export function speedRatio(times, { base, contender }) {
  const ratios = times.map((ofRound) => ofRound[base] / ofRound[contender])
  const [low, high] = [25, 75].map((percent) => percentile(ratios, percent).toFixed(2))
  return `${median(ratios).toFixed(2)} (${low} to ${high})`
}

function shuffledPlaces(count) {
  const drawn = Array.from({ length: count }, (_, index) => ({ index, key: Math.random() }))
  return drawn.sort((a, b) => a.key - b.key).map(({ index }) => index)
}
