/**
 * Prints the share of each ONNX Runtime operator in the time of a batch, as Markdown.
 *
 *     node bench/profile.mjs DIRECTORY [--dtype fp32] [--batch 8] [--tokens 128] [--runs 20] [--threads 2] [--dump FILE]
 *
 * The graph is the library's graph for the dtype, after ONNX Runtime's optimisations. --dump stores the profile, which
 * chrome://tracing and Perfetto can open.
 */

import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import { createEmbedder, nodeBackend } from 'bert-embed/node'
import { profilingRuntime, shareByOperator } from './profile/profiling-runtime.mjs'

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    dtype: { type: 'string', default: 'fp32' },
    batch: { type: 'string', default: '8' },
    tokens: { type: 'string', default: '128' },
    runs: { type: 'string', default: '20' },
    threads: { type: 'string', default: '2' },
    dump: { type: 'string' },
  },
})
if (positionals.length !== 1) {
  console.error(
    'Usage: node bench/profile.mjs DIRECTORY [--dtype fp32] [--batch 8] [--tokens 128] [--runs 20]',
  )
  process.exit(2)
}
const [batch, tokens, runs, threads] = ['batch', 'tokens', 'runs', 'threads'].map((key) =>
  Number(values[key]),
)
const folder = mkdtempSync(join(tmpdir(), 'bert-embed-profile-'))
const { ort, endProfiling } = await profilingRuntime(join(folder, 'profile'))
const embedder = await createEmbedder({
  model: positionals[0],
  backend: nodeBackend({ ort }),
  dtype: values.dtype,
  threads,
  maxLength: tokens,
  maxBatchTokens: batch * tokens,
})
// All texts are different, and too long on purpose: they are truncated to the same length, and none is deduplicated.
const texts = Array.from({ length: batch }, (_, index) => `${index} ${'bada mofe '.repeat(tokens)}`)
for (let run = 0; run <= runs; run++) await embedder.embed(texts)
const file = endProfiling()
await embedder.dispose()

const events = JSON.parse(readFileSync(file, 'utf8'))
const { operators, runMs } = shareByOperator(events, { runs })
const conditions = `${values.dtype}, ${batch} texts of ${tokens} tokens, ${threads} threads`
console.log(
  `${basename(positionals[0])}, ${conditions}: ${runMs.toFixed(1)} ms a batch, the mean of ${runs}\n`,
)
console.log('| operator | number | ms | share |\n|---|---:|---:|---:|')
for (const { name, count, ms, share } of operators)
  console.log(`| ${name} | ${count.toFixed(0)} | ${ms.toFixed(2)} | ${(100 * share).toFixed(1)} % |`)
if (values.dump) copyFileSync(file, values.dump)
rmSync(folder, { recursive: true })
