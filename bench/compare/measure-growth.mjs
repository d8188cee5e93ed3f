/** How time and memory grow with the number of texts: a fresh process for every number. */

import { measureRound, start } from './measure-corpus.mjs'

/** How often a number of texts is measured: many texts take long enough to say something at once. */
const repeats = (count) => (count >= 1000 ? 1 : 3)

/** `corpora` go from few texts to many. Resolves to a list of results, one for each corpus, by contender. */
export async function measureGrowth(contenders, { corpora, log, ...options }) {
  const results = Object.fromEntries(contenders.map(({ name }) => [name, []]))
  for (const corpus of corpora)
    for (const contender of contenders) {
      if (corpus.count > contender.most || results[contender.name].at(-1)?.failure) continue
      log(`${contender.name}, ${corpus.count} texts`)
      // Warmed up with the fewest: what reading many takes counts once, as it does for who has read them.
      const one = await start(contender, { ...options, file: corpora[0].file })
      for (let repeat = 0; repeat < repeats(corpus.count); repeat++)
        await measureRound(one, { corpus, timed: [] })
      if (!one.result.failure) await one.process.stop()
      const { vectors, ...result } = one.result
      results[contender.name].push({ count: corpus.count, ...result })
    }
  return results
}
