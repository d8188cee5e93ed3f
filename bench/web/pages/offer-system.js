/** The part that all pages share. */

import { watchThread } from './watch-thread.js'

const { report: text, corpus, ...options } = Object.fromEntries(new URLSearchParams(location.search))
if (options.threads) options.threads = Number(options.threads)

/**
 * Offers a system to the benchmark, as `globalThis.system`. `load` gets the options, which are the parameters of the page's URL.
 * `embed(texts, batchSize)` returns plain or typed arrays.
 *
 * With the parameter `report`, the page embeds that text without a call of the benchmark, and reports to the server. If the
 * text is empty, the page reports without loading the system. With the parameter `corpus`, the URL of a JSON list of texts, it
 * embeds them twice, and reports the seconds of the second time.
 */
export async function offerSystem({ load, embed }) {
  globalThis.system = { watchThread, load: () => load(options), embed }
  if (text === undefined && corpus === undefined) return
  try {
    if (corpus) {
      const texts = await (await fetch(corpus)).json()
      await load(options)
      await embed(texts, 1)
      const start = performance.now()
      await embed(texts, 1)
      await report({ seconds: (performance.now() - start) / 1000 })
      return
    }
    if (text) {
      await load(options)
      await embed([text], 1)
    }
    await report({ milliseconds: performance.now() }) // since the start of the navigation
  } catch (error) {
    await report({ error: `${error.stack ?? error}` })
  }
}

function report(values) {
  return fetch(`/report?${new URLSearchParams(values)}`)
}
