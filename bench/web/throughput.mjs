/** Measures how fast many texts are embedded, how responsive the page stays, and its memory. */

/**
 * Opens each contender in a separate browser and runs them interleaved, so that other load on the machine affects all of them.
 * A contender is `{ name, system, batchSize }`.
 */
export async function measureThroughput(contenders, { texts, rounds, threads }) {
  const opened = []
  for (const contender of contenders) {
    const browser = await contender.system.open()
    await browser.page.evaluate((options) => globalThis.system.load(options), { threads })
    // Warm-up: the browser recompiles WebAssembly for speed while it runs.
    await browser.page.evaluate((warmUp) => globalThis.system.embed(warmUp, 1), texts.slice(0, 32))
    opened.push({ ...contender, browser, samples: [] })
  }
  for (let round = 0; round < rounds; round++)
    for (const { browser, batchSize, samples } of opened)
      samples.push(await browser.page.evaluate(embedWatched, { texts, batchSize }))
  const results = opened.map(({ name, samples, browser }) => ({
    name,
    samples: samples.map(({ seconds, longest }) => ({ textsPerSecond: texts.length / seconds, ...longest })),
    memory: browser.memory(),
    vectors: samples[0].vectors,
  }))
  for (const { browser } of opened) await browser.close()
  return results
}

/** One attempt, which may fail after `limitSeconds` or because of memory. */
export async function attempt({ system, batchSize }, { texts, threads, limitSeconds }) {
  const browser = await system.open()
  await browser.page.evaluate((options) => globalThis.system.load(options), { threads })
  await browser.page.evaluate((warmUp) => globalThis.system.embed(warmUp, 1), texts.slice(0, 32))
  let timer
  const outcome = await Promise.race([
    browser.page.evaluate(embedWatched, { texts, batchSize }).then(
      ({ seconds, longest }) => ({ textsPerSecond: texts.length / seconds, ...longest }),
      (error) => ({ failure: error.message.split('\n')[0] }),
    ),
    new Promise((resolve) => {
      timer = setTimeout(
        () => resolve({ failure: `not done after ${limitSeconds.toFixed(0)} s` }),
        limitSeconds * 1000,
      )
    }),
  ])
  clearTimeout(timer)
  const memory = browser.memory()
  await browser.close()
  return { ...outcome, memory }
}

/** Embeds the texts. Runs in the page. */
async function embedWatched({ texts, batchSize }) {
  const { system } = globalThis
  const watch = system.watchThread()
  // Continues in a task of the page. A task of the debugger, in which this function starts, is not reported as long.
  await new Promise((resolve) => setTimeout(resolve, 50))
  const start = performance.now()
  const vectors = await system.embed(texts, batchSize)
  const seconds = (performance.now() - start) / 1000
  return { seconds, longest: await watch.stop(), vectors: vectors.map((vector) => Array.from(vector)) }
}
