/** The library's speed targets, and the result for each. */

import { reference } from './contenders.mjs'
import { median } from './statistics.mjs'

const quantised = `${reference} q8`

/** The two efficient ways to use bert-embed. The better one counts, as for transformers.js. */
const bothWays = (ours) => [ours, `${ours} side by side`]

/** The two efficient ways to use transformers.js. The better one counts. */
const bestOfTransformersJs = ['transformers.js one by one', 'transformers.js batches of 32']

/**
 * Rows of a table: the name of the target, then target and result for fp32 and for q8. Cells are empty if one of the two is
 * missing. A target without any measurement has no row.
 */
export function targetRows({ minilm, 'bert-base': bertBase }) {
  const models = [minilm, bertBase].filter((entry) => entry !== undefined)
  const forModels = (name, goals, reach) =>
    models.map((entry) => row(`${entry.shape}: ${name}`, goals, (ours) => reach(entry, ours)))
  const mixed = (entry) => entry?.corpora.mixed?.contenders
  const texts = minilm?.corpora.mixed?.count
  const rows = [
    row(
      `all-MiniLM-L6-v2: faster than transformers.js, one call with ${texts} texts`,
      atLeast(10, 20),
      (ours) => speedFactor(mixed(minilm), ours, ['transformers.js one call']),
    ),
    row(
      'all-MiniLM-L6-v2: peak memory, as a share of transformers.js in one call',
      atMost('10 %', 0.1),
      (ours) => memoryShare(mixed(minilm), ours, 'transformers.js one call'),
    ),
    ...forModels(
      'faster than transformers.js, one by one or batches of 32',
      atLeast(1.4, 3.5),
      (entry, ours) => speedFactor(mixed(entry), ours, bestOfTransformersJs),
    ),
    ...forModels('faster than sentence-transformers', atLeast(2.8, 6), (entry, ours) =>
      speedFactor(mixed(entry), ours, ['sentence-transformers']),
    ),
    ...forModels('faster than sentence-transformers in bf16', atLeast(1.2, 2.5), (entry, ours) =>
      speedFactor(mixed(entry), ours, ['sentence-transformers bf16']),
    ),
    row('bert-base-cased: one text of 16 tokens, faster than transformers.js', atLeast(1, 2.5), (ours) =>
      latencyFactor(bertBase?.corpora.short?.contenders, ours),
    ),
    row('bert-base-cased: share of the matmul rate', [{ text: '80 %', reaches: (x) => x >= 0.8 }], (ours) =>
      matmulShare(bertBase?.corpora.mixed, ours),
    ),
    row('all-MiniLM-L6-v2: longest stall while 10,000 texts are embedded, ms', atMost('20', 20), (ours) => {
      const last = growthOf(minilm, ours).at(-1)
      return last?.count === 10_000 && measured(Math.max(...last.stallMs), milliseconds)
    }),
    row('all-MiniLM-L6-v2: time of 10x the texts', atMost('10.5x', 10.5), (ours) =>
      growthStep(minilm, ours, (a, b) => median(b.seconds) / median(a.seconds), times),
    ),
    row('all-MiniLM-L6-v2: memory of 10x the texts', atMost('1.20x', 1.2), (ours) =>
      growthStep(minilm, ours, (a, b) => b.peakMb / a.peakMb, times),
    ),
  ]
  return rows.filter((cells) => cells !== undefined)
}

const times = (value) => `${value.toFixed(2)}x`
const percent = (value) => `${(100 * value).toFixed(0)} %`
const milliseconds = (value) => value.toFixed(0)

/** A measured value and its format. */
function measured(value, format) {
  return Number.isFinite(value) ? { value, format } : undefined
}

function atLeast(...factors) {
  return factors.map((factor) => ({ text: `${factor}x`, reaches: (value) => value >= factor }))
}

/** The same upper limit for fp32 and q8. */
function atMost(text, max) {
  const goal = { text, reaches: (value) => value <= max }
  return [goal, goal]
}

function row(name, goals, reach) {
  const cells = [reference, quantised].flatMap((ours, index) => {
    const goal = goals[index]
    const reached = goal && reach(ours)
    if (!reached) return ['', '']
    const { value, text = reached.format(value) } = reached
    return [goal.text, goal.reaches(value) ? `**${text}**` : text]
  })
  return cells.some((cell) => cell !== '') ? [name, ...cells] : undefined
}

function speedFactor(contenders, ours, others) {
  return better(bothWays(ours).map((way) => oneSpeedFactor(contenders, way, others)))
}

/** The larger value of one session and of sessions side by side. Its text says if it is the second. */
function better([one, sideBySide]) {
  if (!sideBySide || sideBySide.text || sideBySide.value <= one.value) return one
  return { ...sideBySide, text: `${sideBySide.format(sideBySide.value)}, side by side` }
}

/** How many times as long the fastest of `others` takes: median over rounds, or ratio of medians if it ran fewer rounds. */
function oneSpeedFactor(contenders, ours, others) {
  const own = secondsOf(contenders, ours)
  if (!own) return undefined
  // A system that loads and then fails has no time to compare with.
  const failures = others.map((name) => contenders[name]?.loadMs && contenders[name].failure)
  if (failures.every((failure) => failure !== undefined))
    return { value: Number.POSITIVE_INFINITY, text: `theirs: ${failures[0]}` }
  const factors = others.flatMap((name) => {
    const theirs = secondsOf(contenders, name)
    if (!theirs) return []
    if (theirs.length !== own.length) return [median(theirs) / median(own)]
    return [median(theirs.map((seconds, round) => seconds / own[round]))]
  })
  return measured(Math.min(...factors), times)
}

function secondsOf(contenders, name) {
  const { failure, seconds = [] } = contenders?.[name] ?? {}
  return failure === undefined && seconds.length > 0 ? seconds : undefined
}

/** If the other system ran out of memory, it used at least its peak: the share is at most this value. */
function memoryShare(contenders, ours, other) {
  const theirs = contenders?.[other]
  if (!secondsOf(contenders, ours) || theirs?.peakMb === undefined) return undefined
  const own = Math.max(...bothWays(ours).map((way) => contenders[way]?.peakMb ?? 0))
  return measured(own / theirs.peakMb, percent)
}

function latencyFactor(contenders, ours) {
  const [own, theirs] = [ours, bestOfTransformersJs[0]].map((name) => contenders?.[name]?.latencyMs ?? [])
  return own.length > 0 && theirs.length > 0 ? measured(median(theirs) / median(own), times) : undefined
}

function matmulShare(corpus, ours) {
  return better(bothWays(ours).map((way) => oneMatmulShare(corpus, way)))
}

function oneMatmulShare(corpus, ours) {
  const seconds = secondsOf(corpus?.contenders, ours)
  if (!seconds) return undefined
  const { flopsPerSecond } = corpus.contenders[ours]
  return measured(median(seconds.map((time, round) => corpus.flops / time / flopsPerSecond[round])), percent)
}

/** Results for each number of texts that ran successfully. */
function growthOf(entry, ours) {
  return (entry?.growth?.contenders[ours] ?? []).filter(({ failure }) => failure === undefined)
}

/** Compares the second-to-last number of texts with the last one. */
function growthStep(entry, ours, compare, format) {
  const [before, last] = growthOf(entry, ours).slice(-2)
  return last && measured(compare(before, last), format)
}
