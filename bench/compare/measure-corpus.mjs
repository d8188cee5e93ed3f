/** Measures all contenders on one corpus, interleaved, each in a separate process with the same number of threads. */

import { fileURLToPath } from 'node:url'
import { commandOf, reference } from './contenders.mjs'
import { rotate } from './rotate.mjs'
import { runProcess } from './run-process.mjs'
import { cosine, median } from './statistics.mjs'

const firstText = 'bada mofe, kesi duna.'
/** Warm-up before the measurement: compiles code and allocates memory. */
const warmUpTexts = 32
/** Long enough for a stable rate, short enough to run before and after each contender. */
const matmulSeconds = 0.4

/**
 * `corpus` is from {@link createCorpora}. With `latencyTexts`, each round also embeds some of them one by one.
 *
 * Resolves to the measurements (or the failure) of each contender by name, and to the machine's rates of matrix multiplication
 * before and after every contender.
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
  /** Measures one contender in one round, and the machine's rate before and after it. */
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
  // These may take all of the memory, so they run one after the other when the others have ended.
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

/** Starts a contender in a new process, loads the model, computes a first vector and warms up. */
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

/** Embeds all texts once, then some of them one by one. */
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

/** Runs a step. If it fails, the contender's process is stopped, and its further steps are skipped. */
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

/** A contender that takes this many times as long is measured in one round only, to save time. */
const farBehind = 3

function isFarBehind(one, ours) {
  return one.result.seconds[0] > farBehind * (ours?.result.seconds[0] ?? Number.POSITIVE_INFINITY)
}

/** Replaces each contender's first vectors with the minimum cosine between them and the reference's. */
function compareVectors(results) {
  const expected = results[reference]?.vectors
  for (const result of Object.values(results)) {
    if (expected && result.vectors)
      result.cosine = Math.min(...expected.map((vector, index) => cosine(vector, result.vectors[index])))
  }
  for (const result of Object.values(results)) delete result.vectors
}
