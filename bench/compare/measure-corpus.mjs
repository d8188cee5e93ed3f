/** Measures all contenders on one corpus: every one in a process of its own, in turns, with equal threads. */

import { fileURLToPath } from 'node:url'
import { commandOf, reference } from './contenders.mjs'
import { runProcess } from './run-process.mjs'
import { cosine, median } from './statistics.mjs'

const firstText = 'bada mofe, kesi duna.'
/** Before anything counts: code is compiled, memory is there. */
const warmUpTexts = 32
/** Long enough to even out, short enough to stand before and after everything. */
const matmulSeconds = 0.4

/**
 * `corpus` is as {@link createCorpora} writes it. With `latencyTexts`, each round also embeds some of them one by one.
 *
 * Resolves to what was measured of each contender, or how it failed, by name, and all that was measured of the machine's
 * rate of matrix multiplication: before and after every contender.
 */
export async function measureCorpus(contenders, { corpus, latencyTexts = [], rounds, log, ...options }) {
  const measured = []
  for (const contender of contenders.filter(({ oneCall }) => !oneCall))
    measured.push(await start(contender, { ...options, file: corpus.file }))
  const matmul = runProcess([process.execPath, fileURLToPath(new URL('matmul.mjs', import.meta.url))])
  await matmul.ask({ do: 'start', directory: options.directory, options })

  const flopsPerSecond = []
  const measureMatmul = async () => {
    flopsPerSecond.push((await matmul.ask({ do: 'measure', seconds: matmulSeconds })).flopsPerSecond)
  }
  /** One contender's turn, and the machine's own rate meanwhile. */
  const takeTurn = async (one, timed) => {
    await measureRound(one, { corpus, timed })
    await measureMatmul()
    if (!one.result.failure) one.result.flopsPerSecond.push(median(flopsPerSecond.slice(-2)))
  }
  for (let round = 0; round < rounds; round++) {
    log(`round ${round + 1} of ${rounds}`)
    await measureMatmul()
    const share = latencyTexts.length / rounds
    const timed = latencyTexts.slice(Math.round(round * share), Math.round((round + 1) * share))
    const ours = measured.find(({ contender }) => contender.name === reference)
    for (const one of rotate(measured, round))
      if (round === 0 || !isFarBehind(one, ours))
        await takeTurn(one, one.contender.timed === false ? [] : timed)
  }
  for (const { process, result } of measured) if (!result.failure) await process.stop()
  // These may take all memory there is: one after the other, when the rest has ended.
  for (const contender of contenders.filter(({ oneCall }) => oneCall)) {
    log(contender.name)
    const one = await start(contender, { ...options, file: corpus.file })
    await measureMatmul()
    await takeTurn(one, [])
    if (!one.result.failure) await one.process.stop()
    measured.push(one)
  }
  await matmul.stop()
  const results = Object.fromEntries(measured.map(({ contender, result }) => [contender.name, result]))
  compareVectors(results)
  return { contenders: results, flopsPerSecond }
}

/** Starts a contender in a fresh process, loads the model, makes a first vector and warms up. */
export async function start(contender, { directory, file, ...options }) {
  const { command, options: own } = commandOf(contender, options)
  const limits = contender.oneCall ? { memoryLimitMb: options.memoryLimitMb, timeoutSeconds: 120 } : {}
  const process = runProcess(command, limits)
  const { dtype, oneCall } = contender
  const result = { dtype, oneCall, seconds: [], flopsPerSecond: [], stallMs: [], latencyMs: [] }
  const one = { contender, process, result }
  await attempt(one, async () => {
    const { loadMs, firstVectorMs, peakMb } = await process.ask({
      do: 'start',
      directory,
      options: own,
      text: firstText,
    })
    Object.assign(result, { loadMs, firstVectorMs, loadedPeakMb: peakMb })
    await process.ask({ do: 'embed', file, count: contender.oneCall ? 1 : warmUpTexts })
  })
  return one
}

/** All texts once, then some one by one. */
export async function measureRound(one, { corpus, timed }) {
  const { process, result } = one
  await attempt(one, async () => {
    const { file, count } = corpus
    const { seconds, stallMs, peakMb, vectors } = await process.ask({ do: 'embed', file, count })
    result.seconds.push(seconds)
    if (stallMs !== undefined) result.stallMs.push(stallMs)
    Object.assign(result, { peakMb, vectors })
    if (timed.length > 0)
      result.latencyMs.push(...(await process.ask({ do: 'time', texts: timed })).milliseconds)
  })
}

/** A contender that has failed takes no further part, and its process ends. */
async function attempt({ process, result }, step) {
  if (result.failure) return
  try {
    await step()
  } catch (error) {
    result.failure = error.message
    result.peakMb = process.peakMb() ?? result.peakMb
    await process.stop()
  }
}

/** One round says enough of who takes that many times as long, and would take most of the time of all rounds. */
const farBehind = 3

function isFarBehind(one, ours) {
  return one.result.seconds[0] > farBehind * (ours?.result.seconds[0] ?? Number.POSITIVE_INFINITY)
}

/** Replaces each contender's first vectors by the smallest cosine between them and the reference's. */
function compareVectors(results) {
  const expected = results[reference]?.vectors
  for (const result of Object.values(results)) {
    if (expected && result.vectors)
      result.cosine = Math.min(...expected.map((vector, index) => cosine(vector, result.vectors[index])))
  }
  for (const result of Object.values(results)) delete result.vectors
}

/** Nobody is always the first after the matrix multiplications. */
function rotate(list, by) {
  const start = by % Math.max(1, list.length)
  return [...list.slice(start), ...list.slice(0, start)]
}
