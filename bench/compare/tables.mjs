/** The comparison's results as Markdown. */

import { reference } from './contenders.mjs'
import { corpora } from './corpora.mjs'
import { median, percentile } from './statistics.mjs'
import { targetRows } from './targets.mjs'

const quantised = `${reference} q8`

/** A smaller cosine to the reference means that a system did different work. Weights are random: it says nothing about quality. */
const sameWork = 0.95

/** All tables: the targets, then for each shape the corpora, one short text, and growing numbers of texts. */
export function reportTables({ machine, shapes }) {
  const versions = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`)
  const conditions =
    `${machine.cores} x ${machine.processor}, Node ${machine.node}, ${machine.threads} threads each; ` +
    `medians of ${machine.rounds} interleaved rounds; ${versions.join(', ')}`
  const sections = Object.values(shapes).flatMap(({ shape, corpora: measured, growth }) => [
    ...Object.entries(corpora)
      .filter(([kind]) => kind in measured)
      .map(([kind, { title }]) => corpusTable(`${shape}, random weights, ${title}`, measured[kind])),
    ...(measured.short ? [shortTextTable(shape, measured)] : []),
    ...(growth ? [growthTable(shape, growth)] : []),
  ])
  return `${[conditions, targetsTable(shapes), ...sections].join('\n\n')}\n`
}

function targetsTable(shapes) {
  const columns = ['fp32: target', 'reached', 'q8: target', 'reached']
  const rows = targetRows(shapes)
  return `${markdown(['targets', ...columns], rows)}\n\nFactors and shares are for texts of mixed lengths. They are the better result of one session and of sessions side by side (bench/README.md). A result in bold reaches its target.`
}

function corpusTable(title, { count, tokens, flops, contenders, flopsPerSecond }) {
  const columns = [
    'texts/s',
    'tokens/s',
    'fp32 is faster by',
    'q8 is faster by',
    'share of the matmul rate',
    'longest stall, ms',
    'peak RSS, MB',
  ]
  const entries = Object.entries(contenders)
  const rows = entries
    .filter(([, result]) => !isLeftOut(result))
    .map(([name, result]) => {
      if (result.failure) {
        const empty = Array(columns.length - 2).fill('')
        return [name, `fails: ${result.failure}`, ...empty, number(result.peakMb)]
      }
      const { seconds, stallMs, peakMb } = result
      const shares = seconds.map((time, round) => flops / time / result.flopsPerSecond[round])
      return [
        name,
        number(count / median(seconds)),
        number(tokens / median(seconds)),
        factor(contenders[reference], result),
        factor(contenders[quantised], result),
        `${(100 * median(shares)).toFixed(0)} %`,
        stallMs.length ? number(Math.max(...stallMs)) : '',
        number(peakMb),
      ]
    })
  const [min, middle, max] = [0, 50, 100].map((part) => number(percentile(flopsPerSecond, part) / 1e9))
  const notes = [
    `Matrix multiplications alone: ${middle} GFLOP/s (${min} to ${max}; the closer these are, the quieter the machine was).`,
    ...entries
      .filter(([, result]) => isLeftOut(result))
      .map(([name, { failure }]) => `Left out: ${name} (${failure}).`),
    ...entries
      .filter(([, { cosine }]) => cosine < sameWork)
      .map(([name, { cosine }]) => `Other vectors: ${name} (smallest cosine ${cosine.toFixed(2)}).`),
  ]
  return `${markdown([`${title}: ${count} texts`, ...columns], rows)}\n\n${notes.join(' ')}`
}

/** Whether a system did not even load, because a dtype is not supported yet or a library is not installed. */
function isLeftOut({ failure, loadMs }) {
  return failure !== undefined && loadMs === undefined
}

/** Latency of single short texts, and start of a process. Start times are medians over the processes of all corpora. */
function shortTextTable(shape, measured) {
  const columns = [
    'p50, ms',
    'p99, ms',
    'fp32 is faster by',
    'q8 is faster by',
    'load, ms',
    'first vector, ms',
  ]
  const { contenders } = measured.short
  const p50 = (name) => contenders[name]?.latencyMs?.length && median(contenders[name].latencyMs)
  const faster = (ours, theirs) => (ours && theirs ? `${(theirs / ours).toFixed(2)}x` : '')
  const rows = Object.entries(contenders).flatMap(([name, { failure, latencyMs }]) => {
    if (failure || latencyMs.length === 0) return []
    const starts = Object.values(measured).flatMap(({ contenders }) => contenders[name] ?? [])
    const times = (key) => median(starts.map((start) => start[key]).filter(Number.isFinite))
    return [
      [
        name,
        median(latencyMs).toFixed(2),
        percentile(latencyMs, 99).toFixed(2),
        faster(p50(reference), median(latencyMs)),
        faster(p50(quantised), median(latencyMs)),
        number(times('loadMs')),
        number(times('firstVectorMs')),
      ],
    ]
  })
  return markdown([`${shape}, random weights, one text of 16 tokens`, ...columns], rows)
}

function growthTable(shape, { counts, contenders }) {
  const columns = [
    'texts',
    's',
    'µs per token',
    'time for 10x the texts',
    'longest stall, ms',
    'peak RSS, MB',
  ]
  const rows = Object.entries(contenders).flatMap(([name, results]) =>
    results
      .filter((result) => !isLeftOut(result))
      .map(({ count, failure, seconds, stallMs, peakMb }, index) => {
        if (failure) return [name, number(count), `fails: ${failure}`, '', '', '', '']
        const { tokens } = counts.find((one) => one.count === count)
        const before = results[index - 1]
        return [
          name,
          number(count),
          median(seconds).toFixed(2),
          ((1e6 * median(seconds)) / tokens).toFixed(1),
          before?.seconds.length ? `${(median(seconds) / median(before.seconds)).toFixed(2)}x` : '',
          number(Math.max(...stallMs)),
          number(peakMb),
        ]
      }),
  )
  return markdown([`${shape}, random weights, growing number of mixed texts`, ...columns], rows)
}

/** Median of the factors within each round. A busy machine changes factors less than times. */
function factor(ours, theirs) {
  if (!ours || ours.failure || ours.seconds.length === 0) return ''
  const own = (round) => (theirs.oneCall ? median(ours.seconds) : ours.seconds[round])
  return `${median(theirs.seconds.map((time, round) => time / own(round))).toFixed(2)}x`
}

function number(value) {
  if (!Number.isFinite(value)) return ''
  return value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString('en-US')
}

function markdown([title, ...columns], rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`
  const rule = `|---|${'---:|'.repeat(columns.length)}`
  return [line([title, ...columns]), rule, ...rows.map(line)].join('\n')
}
