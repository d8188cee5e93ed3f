/** Runs the command line: the chosen command, Ctrl-C, closed pipes, and the one place where errors are printed. */

import process from 'node:process'
import { exitCodes } from './exit-codes.js'
import { writeFailed } from './file-errors.js'
import { createProgram } from './program.node.js'
import { reportError } from './report-error.node.js'

/** Runs the command line, and sets the exit code of the process. */
export async function main(args: readonly string[]): Promise<void> {
  endQuietlyOnClosedPipe()
  printWarningsInOneLine()
  const { signal } = abortOnInterrupt()
  try {
    const program = await createProgram(args, { signal })
    await program.parseAsync(args, { from: 'user' })
  } catch (error) {
    process.exitCode = reportError(error, { isDebug: args.includes('--debug') })
  }
}

/** Aborts the command at the first Ctrl-C. The second one ends the process at once. */
function abortOnInterrupt(): AbortController {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(exitCodes.interrupted)
      controller.abort()
    })
  return controller
}

/** A reader such as `head` closes the pipe when it has enough. This is no error. */
function endQuietlyOnClosedPipe(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(exitCodes.ok)
      process.exit(reportError(writeFailed('The output', error), { isDebug: false }))
    })
}

/** Prints the library's warnings like errors. Node's own warnings are about code, not about the user's command. */
function printWarningsInOneLine(): void {
  process.removeAllListeners('warning')
  process.on('warning', (warning: Error & { readonly code?: string }) => {
    if (warning.code?.startsWith('BERT_EMBED'))
      process.stderr.write(`warning ${warning.code}: ${warning.message}\n`)
  })
}
