/** `bert-embed serve`: answers HTTP requests for vectors. */

import { once } from 'node:events'
import process from 'node:process'
import { Command } from 'commander'
import { type Logger, type LoggerOptions, pino, stdTimeFunctions } from 'pino'
import { RequestError } from '../../server/request-error.node.js'
import { type RunningServer, type ServerOptions, startServer } from '../../server/start-server.node.js'
import type { CommandContext } from '../command-context.js'
import { CommandError } from '../command-error.js'
import { exitCodes } from '../exit-codes.js'
import { packageVersion } from '../package-version.node.js'
import { addServeFlags, keysVariable, type ServeFlags } from '../serve/serve-flags.node.js'
import { toServedModels } from '../serve/served-models.node.js'

const help = `
The server speaks OpenAI's API (/v1/embeddings, /v1/models) and that of text-embeddings-inference (/embed, /embed_all,
/similarity, /tokenize, /info). /health says whether it runs, and /metrics has figures for Prometheus. The log is JSON on
standard output, without any text or key.

A model is loaded when it is first asked for. Ctrl-C or SIGTERM ends the server when it has answered what it has taken. A
second one ends it at once.

Examples:
  $ bert-embed serve --model sentence-transformers/all-MiniLM-L6-v2
  $ bert-embed serve --model mini=sentence-transformers/all-MiniLM-L6-v2 --model docs=./models/docs --dtype q8
  $ ${keysVariable}=secret bert-embed serve --model mini=./mini --host 0.0.0.0 --port 80
  $ curl localhost:8080/embed -H 'Content-Type: application/json' -d '{"inputs": "Who rode out?"}'`

export function serveCommand({ signal }: CommandContext): Command {
  return addServeFlags(new Command('serve'))
    .addHelpText('after', help)
    .action(async (flags: ServeFlags) => {
      // Through the stream of the process, whose errors end every command: pino's own stream blocks on a full disk.
      const log = pino({ ...logOptions, level: flags.logLevel }, process.stdout)
      const server = await start(toServerOptions(flags, log), signal)
      if (!signal.aborted) await once(signal, 'abort')
      const isComplete = await server.stop({ timeoutMs: 1000 * flags.shutdownTimeout })
      if (!isComplete) process.exit(exitCodes.failed)
    })
}

const logOptions: LoggerOptions = {
  base: null,
  timestamp: stdTimeFunctions.isoTime,
  formatters: { level: (level) => ({ level }) },
}

function toServerOptions(flags: ServeFlags, log: Logger): ServerOptions {
  const { host, port, preload, maxBodyBytes, maxTexts, maxWaitingTexts, autoTruncate = false } = flags
  const { model = [], apiKey: apiKeys = [], cors: corsOrigins = [] } = flags
  if (apiKeys.includes(''))
    throw new CommandError('USAGE', `an API key is empty. Look at --api-key and ${keysVariable}.`)
  if (apiKeys.length === 0 && !isLoopback(host))
    log.warn({ host }, `listening beyond this machine without an API key: set ${keysVariable}`)
  return {
    models: toServedModels(model, flags),
    settings: {
      limits: { maxBodyBytes, maxTexts, maxWaitingTexts },
      apiKeys,
      corsOrigins,
      autoTruncate,
      version: packageVersion(),
    },
    log,
    host,
    port,
    preload,
  }
}

async function start(options: ServerOptions, signal: AbortSignal): Promise<RunningServer> {
  try {
    return await startServer({ ...options, signal })
  } catch (error) {
    // The library's own error says more than what a client is told.
    if (error instanceof RequestError) throw error.cause
    const { code = '', syscall } = error as NodeJS.ErrnoException
    if (syscall !== 'listen' && syscall !== 'getaddrinfo') throw error
    throw new CommandError('LISTEN_FAILED', describeRefusal(code, options), { cause: error })
  }
}

function describeRefusal(code: string, { host, port }: ServerOptions): string {
  switch (code) {
    case 'EADDRINUSE':
      return `port ${port} of ${host} is in use. Stop the other program, or choose another port with --port.`
    case 'EACCES':
      return `this user may not listen on port ${port}. Choose a port from 1024 on with --port.`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `${host} is no address of this machine. Choose one with --host, such as 127.0.0.1 or 0.0.0.0.`
    default:
      return `the system refused to listen on port ${port} of ${host} (${code}).`
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.')
}
