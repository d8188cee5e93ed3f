/** `bert-embed bench`: finds the fastest setting of a model on this machine. */

import { availableParallelism, cpus, freemem } from 'node:os'
import process from 'node:process'
import { Command, Option } from 'commander'
import { describeModel } from '../../node.js'
import { benchTable, bestSetting, codeFor } from '../bench/bench-table.node.js'
import { measure } from '../bench/measure.node.js'
import { rounds, runRounds } from '../bench/run-rounds.node.js'
import { dtypesFor, type Setting, settingsFor } from '../bench/settings.js'
import type { CommandContext } from '../command-context.js'
import { CommandError } from '../command-error.js'
import { loadModel } from '../model/load-model.node.js'
import { addModelFlags, type ModelFlags, modelOptions, withModel } from '../model/model-flags.node.js'
import { toWholeNumber } from '../parse-number.js'

interface BenchFlags extends ModelFlags {
  readonly seconds: number
  readonly measure?: number
  readonly json?: boolean
}

const help = `
Compares fp32 and q8, and one session on all cores with several sessions. With --dtype, and for a pack, only that dtype is
measured. Each setting runs in a process of its own, in ${rounds} rounds in turn, and the table has the medians. The texts have
4 to 120 words. Let the machine do nothing else meanwhile.

Examples:
  $ bert-embed bench sentence-transformers/all-MiniLM-L6-v2
  $ bert-embed bench BAAI/bge-base-en-v1.5 --seconds 300`

export function benchCommand({ signal }: CommandContext): Command {
  return addModelFlags(new Command('bench'))
    .argument('[model]', 'the model; otherwise that of --model')
    .option('--seconds <count>', 'how long to measure in all, loading aside', toWholeNumber, 100)
    .addOption(
      new Option('--measure <seconds>', 'measure the setting of the other options')
        .argParser(Number)
        .hideHelp(),
    )
    .option('--json', 'print one JSON object')
    .addHelpText('after', help)
    .action(async (name: string | undefined, given: BenchFlags) => {
      const flags = withModel(name, given)
      if (flags.measure !== undefined) return measureHere(flags, flags.measure, signal)
      checkCompared(flags)
      const { model, files = [], packedDtype } = await describeModel({ ...modelOptions(flags), signal })
      const dtypes = dtypesFor({ dtype: flags.dtype, packedDtype })
      await downloadFirst(flags, { dtypes, signal })
      const weightBytes = Math.max(0, ...files.map(({ byteLength = 0 }) => byteLength))
      const settings = settingsFor(availableParallelism(), { dtypes, weightBytes, freeBytes: freemem() })
      const results = await runRounds(settings, {
        modelArguments: toArguments(flags),
        seconds: flags.seconds / rounds / settings.length,
        signal,
        onSetting: showSetting,
      })
      clearLine()
      const processor = `${cpus()[0]?.model.trim() ?? process.arch}, ${availableParallelism()} cores`
      const code = codeFor(model, bestSetting(results))
      process.stdout.write(
        flags.json
          ? `${JSON.stringify({ model, processor, node: process.version, results, code })}\n`
          : `${model} on ${processor}, Node ${process.versions.node}\n\n${benchTable(results)}\n${advice}\n${code}\n`,
      )
    })
}

const advice =
  'Most texts per second (q8 has a mean cosine of 0.999 to fp32 on trained models, docs/accuracy.md):'

async function measureHere(flags: BenchFlags, seconds: number, signal: AbortSignal): Promise<void> {
  await using embedder = await loadModel(flags, { signal, use: 'store' })
  process.stdout.write(`${JSON.stringify(await measure(embedder, { seconds, signal }))}\n`)
}

/** Downloads and converts the weights, so that no measurement waits for that, and a wrong name is reported at once. */
async function downloadFirst(
  flags: BenchFlags,
  { dtypes, signal }: { readonly dtypes: readonly Setting['dtype'][]; readonly signal: AbortSignal },
): Promise<void> {
  for (const dtype of dtypes) {
    const embedder = await loadModel({ ...flags, dtype }, { signal, use: 'store' })
    await embedder.dispose()
  }
}

/** @throws {CommandError} `USAGE` for a flag whose values `bench` chooses. */
function checkCompared(flags: BenchFlags): void {
  const given = (['sessions', 'threads'] as const).find((name) => flags[name] !== undefined)
  if (given) throw new CommandError('USAGE', `bench compares values of --${given}: leave the option out.`)
}

/** The flags that select the model and how it embeds. The others are what is compared. */
function toArguments({
  model,
  revision,
  device,
  maxBatchTokens,
  maxLength,
  pooling,
  cacheDir,
  offline,
  onnx,
}: BenchFlags): string[] {
  const values = {
    model,
    revision,
    device,
    'max-batch-tokens': maxBatchTokens,
    'max-length': maxLength,
    pooling: pooling?.toString(),
    'cache-dir': cacheDir,
  }
  const given = Object.entries(values).filter(([, value]) => value !== undefined)
  return [
    ...given.flatMap(([name, value]) => [`--${name}`, String(value)]),
    ...(offline ? ['--offline'] : []),
    ...(onnx ? ['--onnx'] : []),
  ]
}

function showSetting({ dtype, sessions }: Setting, round: number): void {
  if (!process.stderr.isTTY) return
  clearLine()
  process.stderr.write(
    `round ${round + 1} of ${rounds}: ${dtype}, ${sessions} ${sessions === 1 ? 'session' : 'sessions'}`,
  )
}

function clearLine(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
}
