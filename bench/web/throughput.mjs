/**
 * Measures how fast many texts and single texts are embedded, how responsive the page stays, its processor time and its memory.
 */

import { rotate } from '../compare/rotate.mjs'

/**
 * Opens each contender in a separate browser and runs them interleaved, so that other load on the machine affects all of them.
 *
 * A contender is `{ name, system, options, batchSize }`. With `single`, which is `{ text, calls }`, every round also measures
 * how long calls with this text take, and its vector is the last. A contender with `shortOnly` embeds only this text.
 */
export async function measureThroughput(contenders, { texts, rounds, single }) {
  const opened = []
  for (const contender of contenders)
    opened.push({
      ...contender,
      texts: contender.shortOnly ? [] : texts,
      browser: await openWarm(contender, texts),
      samples: [],
    })
  for (let round = 0; round < rounds; round++)
    for (const one of rotate(opened, round)) one.samples.push(await takeSample(one, single))
  const results = opened.map(({ browser, ...one }) => ({ ...one, memory: browser.memory() }))
  for (const { browser } of opened) await browser.close()
  return results
}

async function takeSample({ browser, texts, batchSize }, single) {
  const { page, cpuSeconds } = browser
  const cpuBefore = cpuSeconds()
  const { seconds, longest, vectors } = await page.evaluate(embedWatched, { texts, batchSize })
  const cpuAfter = cpuSeconds()
  const calls = single && (await page.evaluate(timeCalls, single))
  const textsPerSecond = texts.length / seconds
  return {
    textsPerSecond,
    ...longest,
    ...countThreads(cpuBefore, cpuAfter),
    callMs: calls?.milliseconds,
    vectors: calls ? [...vectors, calls.vector] : vectors,
  }
}

/** Returns the processor time of all threads, and the number of threads that did much of the work. */
function countThreads(before, after) {
  const used = [...after].map(([id, time]) => time - (before.get(id) ?? 0))
  const busiest = Math.max(...used)
  return {
    cpuSeconds: used.reduce((sum, time) => sum + time, 0),
    busyThreads: used.filter((time) => time > busiest / 3).length,
  }
}

/** One attempt, which may fail after `limitSeconds` or because of memory. */
export async function attempt(contender, { texts, limitSeconds }) {
  const browser = await openWarm(contender, texts)
  const { batchSize } = contender
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

/** Opens a contender's page and warms it up: the browser recompiles WebAssembly for speed while it runs. */
async function openWarm({ system, options }, texts) {
  const browser = await system.open(options)
  await browser.page.evaluate(() => globalThis.system.load())
  await browser.page.evaluate((warmUp) => globalThis.system.embed(warmUp, 1), texts.slice(0, 32))
  return browser
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

/** Returns the milliseconds of each of `calls` calls with one text, and the text's vector. Runs in the page. */
async function timeCalls({ text, calls }) {
  const milliseconds = []
  let vector
  for (let call = 0; call < calls; call++) {
    const start = performance.now()
    ;[vector] = await globalThis.system.embed([text], 1)
    milliseconds.push(performance.now() - start)
  }
  return { milliseconds, vector: Array.from(vector) }
}
