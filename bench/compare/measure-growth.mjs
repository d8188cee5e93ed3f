/** Measures how time and memory grow with the number of texts, in a new process for each number. */

import { measureRound, start } from './measure-corpus.mjs'

/** Number of measurements for a number of texts. With many texts, one measurement is precise enough. */
const repeats = (count) => (count >= 1000 ? 1 : 3)

/** `corpora` are ordered from few texts to many. Resolves to a list of results by contender, one for each corpus. */
export async function measureGrowth(contenders, { corpora, log, ...options }) {
  const results = Object.fromEntries(contenders.map(({ name }) => [name, []]))
  for (const corpus of corpora)
    for (const contender of contenders) {
      if (corpus.count > contender.maxTexts || results[contender.name].at(-1)?.failure) continue
      log(`${contender.name}, ${corpus.count} texts`)
      // The warm-up uses the smallest corpus, so that the memory of a large one is counted in its measurement only.
      const one = await start(contender, { ...options, file: corpora[0].file })
      for (let repeat = 0; repeat < repeats(corpus.count); repeat++)
        await measureRound(one, { corpus, timed: [] })
      if (!one.result.failure) await one.process.stop()
      const { vectors, ...result } = one.result
      results[contender.name].push({ count: corpus.count, ...result })
    }
  return results
}
