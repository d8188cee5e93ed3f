/**
 * Compares a packed model with the published one in Chromium: bytes downloaded, time to the first vector, memory.
 *
 *     node bench/web-pack.mjs DIRECTORY [--rounds N] [--threads N] [--mbps 50]
 *
 * DIRECTORY is a checkpoint. Each round makes a first and a second visit with a new profile for each row, in turns. --mbps is
 * the rate at which the server sends code and model; 0 is as fast as it can. Prints a Markdown table of medians, with the
 * range of times.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { packModel } from 'bert-embed/node'
import { rotate } from './compare/rotate.mjs'
import { median } from './compare/statistics.mjs'
import { shortText } from './web/first-vector.mjs'
import { createProfile, startSystem } from './web/systems.mjs'

/** How long a page is observed after its first vector, because its memory continues to grow. */
const settleMs = 2000

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    threads: { type: 'string', default: '2' },
    mbps: { type: 'string', default: '50' },
  },
})
const [rounds, mbps] = [Number(values.rounds), Number(values.mbps)]
if (positionals.length !== 1 || !(rounds >= 1 && mbps >= 0)) {
  console.error('Usage: node bench/web-pack.mjs DIRECTORY [--rounds N] [--threads N] [--mbps 50]')
  process.exit(2)
}
const checkpoint = resolve(positionals[0])
const folder = mkdtempSync(join(tmpdir(), 'bert-embed-pack-'))
try {
  const pack = await packModel({ model: checkpoint, out: join(folder, 'pack') })
  await compare(pack.directory)
} finally {
  rmSync(folder, { recursive: true })
}

async function compare(pack) {
  const rate = mbps > 0 ? { codeMbps: mbps, modelMbps: mbps } : {}
  const published = await startSystem('bert-embed', checkpoint, rate)
  const packed = await startSystem('bert-embed', pack, rate)
  const rows = [
    { name: 'fp32, as published', system: published, options: { dtype: 'fp32' } },
    { name: 'q8, converted in the page', system: published, options: { dtype: 'q8' } },
    { name: 'q8, packed', system: packed, options: {} },
  ].map((row) => ({ ...row, visits: { first: [], second: [] } }))
  // The first round is not counted: it compresses the code.
  for (let round = -1; round < rounds; round++)
    for (const { system, options, visits } of rotate(rows, round + 1)) {
      const profile = createProfile()
      for (const kind of ['first', 'second']) {
        const sample = await visit(system, profile, options)
        if (round >= 0) visits[kind].push(sample)
      }
    }
  console.log(
    '| | visit | model, MB downloaded | first vector, ms (range) | processor, s | page, peak MB |\n|---|---|---:|---:|---:|---:|',
  )
  for (const { name, visits } of rows)
    for (const [kind, samples] of Object.entries(visits))
      console.log(`| ${name} | ${kind} | ${cells(samples)} |`)
  await published.stop()
  await packed.stop()
}

async function visit(system, profile, options) {
  system.takeModelBytes()
  const { report, memory, cpuSeconds, close } = await system.openAlone(
    { ...options, threads: values.threads },
    profile,
    {
      text: shortText,
    },
  )
  await new Promise((resolve) => setTimeout(resolve, settleMs))
  const { renderer } = memory()
  const seconds = [...cpuSeconds().values()].reduce((sum, one) => sum + one, 0)
  await close()
  if (report.error) throw new Error(report.error)
  return { milliseconds: Number(report.milliseconds), renderer, seconds, bytes: system.takeModelBytes() }
}

function cells(samples) {
  const times = samples.map(({ milliseconds }) => milliseconds)
  const [middle, min, max] = [median(times), Math.min(...times), Math.max(...times)].map((time) =>
    time.toFixed(0),
  )
  return [
    (median(samples.map(({ bytes }) => bytes)) / 1e6).toFixed(1),
    `${middle} (${min} to ${max})`,
    median(samples.map(({ seconds }) => seconds)).toFixed(1),
    median(samples.map(({ renderer }) => renderer)).toFixed(0),
  ].join(' | ')
}
