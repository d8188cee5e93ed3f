/** Runs the command `bert-embed` of the last build as a process. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { trainedCheckpoint } from './fixtures.js'

export const commandPath = fileURLToPath(new URL('../../dist/cli/bert-embed.js', import.meta.url))

export interface CommandOptions {
  readonly cwd: string
  /** What standard input holds. */
  readonly input?: string | Uint8Array | undefined
  readonly env?: NodeJS.ProcessEnv | undefined
}

export interface CommandResult {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Starts the command with the trained checkpoint as its model. */
export function startCommand(args: readonly string[], { cwd, env }: CommandOptions): ChildProcess {
  return spawn('node', [commandPath, ...args], {
    cwd,
    env: { ...process.env, HF_HUB_OFFLINE: '1', BERT_EMBED_MODEL: trainedCheckpoint, ...env },
  })
}

export async function runCommand(args: readonly string[], options: CommandOptions): Promise<CommandResult> {
  const child = startCommand(args, options)
  child.stdin!.on('error', () => {}) // the command may end before it has read its input
  child.stdin!.end(options.input ?? '')
  return finished(child)
}

/** Waits for the end of the process, and returns what it wrote. */
export async function finished(child: ChildProcess): Promise<CommandResult> {
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name]!.setEncoding('utf8').on('data', (text: string) => {
      output[name] += text
    })
  const [code] = await once(child, 'close')
  return { code, ...output }
}
