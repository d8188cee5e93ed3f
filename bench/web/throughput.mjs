/** How fast many texts are embedded, how responsive the page stays meanwhile, and what memory it takes. */

/**
 * Opens each contender in a browser of its own, then lets them take turns, so that what else the machine does falls on
 * all alike. A contender is `{ name, system, batchSize }`.
 */
export async function measureThroughput(contenders, { texts, rounds, threads }) {
  const opened = []
  for (const contender of contenders) {
    const browser = await contender.system.open()
    await browser.page.evaluate((options) => globalThis.system.load(options), { threads })
    // The browser compiles WebAssembly again for speed while it runs.
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

/** One attempt that may end otherwise than well: after `limitSeconds`, or out of memory. */
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

/** Runs in the page. */
async function embedWatched({ texts, batchSize }) {
  const { system } = globalThis
  const watch = system.watchThread()
  // In a task of the page's own: those of the debugger, in which this began, are not reported as long.
  await new Promise((resolve) => setTimeout(resolve, 50))
  const start = performance.now()
  const vectors = await system.embed(texts, batchSize)
  const seconds = (performance.now() - start) / 1000
  return { seconds, longest: await watch.stop(), vectors: vectors.map((vector) => Array.from(vector)) }
}
