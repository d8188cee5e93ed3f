/** Prints an error as one line on stderr, and chooses the exit code. */

import process from 'node:process'
import { CommanderError } from 'commander'
import { type ExitCode, exitCodes } from './exit-codes.js'
import { colorsOf } from './terminal/colors.node.js'

/** @param isDebug Whether to print the stack trace too. */
export function reportError(error: unknown, { isDebug }: { readonly isDebug: boolean }): ExitCode {
  if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.ok // --help and --version
  if (error instanceof CommanderError && error.code === 'commander.help') return exitCodes.usage // printed already
  const { code, message } = describeError(error)
  const { red } = colorsOf(process.stderr)
  process.stderr.write(`${red('error')} ${code}: ${message}\n`)
  if (isDebug && error instanceof Error) process.stderr.write(`${stackOf(error)}\n`)
  if (code === 'INTERRUPTED') return exitCodes.interrupted
  return usageCodes.includes(code) ? exitCodes.usage : exitCodes.failed
}

/** Codes of the library and of the command line that mean wrong arguments. */
const usageCodes = ['USAGE', 'INVALID_OPTION']

function describeError(error: unknown): { readonly code: string; readonly message: string } {
  if (!(error instanceof Error)) return { code: 'FAILED', message: String(error) }
  if (error instanceof CommanderError) return { code: 'USAGE', message: toOneLine(usageMessage(error)) }
  if (error.name === 'AbortError') return { code: 'INTERRUPTED', message: 'stopped.' }
  const { code = 'FAILED' } = error as NodeJS.ErrnoException
  return { code, message: toOneLine(`${error.message}${advice[code] ?? ''}`) }
}

/** What to do on the command line, where the library's message cannot know it. */
const advice: Readonly<Record<string, string>> = {
  NETWORK: '. Check the connection and HF_ENDPOINT, or name a model that is a local directory.',
}

function usageMessage({ message }: CommanderError): string {
  const sentence = message.replace(/^error: /, '').replace(/(?<![.?)])$/, '.')
  return `${sentence} Add --help to see what the command takes.`
}

function toOneLine(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, ' ').trim()
}

function stackOf(error: Error): string {
  const { stack = '', cause } = error
  return cause instanceof Error ? `${stack}\nCaused by ${stackOf(cause)}` : stack
}
