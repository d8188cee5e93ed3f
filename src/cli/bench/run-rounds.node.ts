/**
 * Measures all settings in turn, in several rounds, each in a new process. So other programs and the temperature of the
 * processor affect all settings alike, and no setting has the memory of the one before it.
 */

import { execFile } from 'node:child_process'
import process from 'node:process'
import { promisify } from 'node:util'
import { CommandError } from '../command-error.js'
import { type Measurement, median } from './measure.node.js'
import type { Setting } from './settings.js'

export interface BenchResult extends Setting, Measurement {}

export const rounds = 3

interface RoundOptions {
  /** Arguments that select the model. */
  readonly modelArguments: readonly string[]
  /** Seconds of a measurement, without the time that the model takes to load. */
  readonly seconds: number
  readonly signal: AbortSignal
  readonly onSetting: (setting: Setting, round: number) => void
}

export async function runRounds(
  settings: readonly Setting[],
  { modelArguments, seconds, signal, onSetting }: RoundOptions,
): Promise<BenchResult[]> {
  const measured = settings.map((): Measurement[] => [])
  for (let round = 0; round < rounds; round++)
    for (const [index, setting] of settings.entries()) {
      onSetting(setting, round)
      const flags = settingArguments(setting)
      const args = ['bench', ...modelArguments, ...flags, '--measure', String(seconds)]
      measured[index]!.push(await runProcess(args, { name: flags.join(' '), signal }))
    }
  return settings.map((setting, index) => ({
    ...setting,
    textsPerSecond: median(measured[index]!.map(({ textsPerSecond }) => textsPerSecond)),
    shortTextMs: median(measured[index]!.map(({ shortTextMs }) => shortTextMs)),
    memoryBytes: median(measured[index]!.map(({ memoryBytes }) => memoryBytes)),
  }))
}

function settingArguments({ dtype, sessions, threads }: Setting): string[] {
  const threadArguments = threads === undefined ? [] : ['--threads', String(threads)]
  return ['--dtype', dtype, '--sessions', String(sessions), ...threadArguments]
}

/** Runs this program with other arguments. */
async function runProcess(
  args: readonly string[],
  { name, signal }: { readonly name: string; readonly signal: AbortSignal },
): Promise<Measurement> {
  const program = process.argv[1]!
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [...process.execArgv, program, ...args], {
      signal,
    })
    return JSON.parse(stdout)
  } catch (error) {
    signal.throwIfAborted()
    const { stderr = '', message } = error as Error & { readonly stderr?: string }
    const [, line = message] = /^error (.*)$/m.exec(stderr) ?? []
    throw new CommandError('BENCH_FAILED', `${name}: ${line}`, { cause: error })
  }
}
