/** Starts the server, and stops it without losing a request that it has taken. */

import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import type { Logger } from 'pino'
import { createApp } from './app.node.js'
import { prepareClose } from './close-server.node.js'
import { createMetrics } from './metrics.node.js'
import { createModels, type OnLoad, type ServedModel } from './models.node.js'
import type { ServerSettings } from './server-options.js'
import { createWaitingPlaces } from './waiting-places.node.js'

export interface ServerOptions {
  /** The first one is the model of requests that name none. */
  readonly models: readonly ServedModel[]
  readonly settings: ServerSettings
  readonly log: Logger
  readonly host: string
  /** 0 takes a free port. */
  readonly port: number
  /** Whether to load all models before the server listens, instead of each when it is first asked for. */
  readonly preload?: boolean
  /** Aborts the start. */
  readonly signal?: AbortSignal
}

export interface RunningServer {
  readonly url: string
  /**
   * Takes no further connections, waits until all requests are answered, and releases the models.
   *
   * @returns Whether all requests were answered before `timeoutMs`. The connections of the others are closed.
   */
  stop(options: { readonly timeoutMs: number }): Promise<boolean>
}

/**
 * @throws the error of the system if the server cannot listen, such as `EADDRINUSE`
 * @throws {RequestError} `unavailable` if a model cannot be loaded that should be loaded before
 */
export async function startServer({
  settings,
  log,
  host,
  port,
  preload = false,
  signal = new AbortController().signal,
  ...options
}: ServerOptions): Promise<RunningServer> {
  let isStopping = false
  const places = createWaitingPlaces(settings.limits.maxWaitingTexts)
  const metrics = createMetrics(() => places.taken)
  const logLoad: OnLoad = ({ name }, { seconds, error }) => {
    metrics.loads.inc({ model: name, result: error ? 'failed' : 'loaded' })
    const ms = Math.round(seconds * 1000)
    if (error === undefined) log.info({ model: name, ms }, 'model loaded')
    else if (!isStopping && !signal.aborted)
      log.error({ model: name, ms, ...describeLoadError(error) }, 'model not loaded')
  }
  const served = options.models.map((model) => ({
    ...model,
    load(signal: AbortSignal) {
      log.info({ model: model.name }, 'model loading')
      return model.load(signal)
    },
  }))
  const models = createModels(served, logLoad)
  const app = createApp({ models, settings, metrics, places, log, isStopping: () => isStopping })

  // The name of the host stands in for the header that requests of HTTP/1.0, as of load balancers, may lack.
  const server = createAdaptorServer({ fetch: app.fetch, hostname: 'localhost' }) as Server
  const close = prepareClose(server)
  try {
    if (preload) await Promise.all(models.list.map((model) => models.open(model, signal)))
    await listen(server, { host, port })
  } catch (error) {
    await models.dispose()
    throw error
  }
  const url = urlOf(server.address() as AddressInfo)
  log.info({ url, models: models.list.map(({ name }) => name) }, 'listening')

  return {
    url,
    async stop({ timeoutMs }) {
      isStopping = true
      log.info({ waitingTexts: places.taken }, 'stopping')
      const { isComplete } = await close({ timeoutMs })
      // A batch that does not end would keep `dispose` waiting.
      const disposal = models.dispose()
      if (isComplete) await disposal
      log.info({ isComplete }, 'stopped')
      return isComplete
    },
  }
}

function listen(server: Server, address: { readonly host: string; readonly port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(address, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

/** The message names the model and its files, and no text. */
function describeLoadError(error: unknown): object {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown }
  return { code, error: message }
}

function urlOf({ address, family, port }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
}
