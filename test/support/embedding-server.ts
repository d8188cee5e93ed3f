/** Starts the server of `bert-embed serve` in this process, on a free port of loopback. */

import { pino } from 'pino'
import { createEmbedder, type Embedder, engineBackend } from '../../src/node.js'
import type { ServedModel } from '../../src/server/models.node.js'
import { defaultLimits, type ServerLimits, type ServerSettings } from '../../src/server/server-options.js'
import { type RunningServer, type ServerOptions, startServer } from '../../src/server/start-server.node.js'
import { trainedCheckpoint } from './fixtures.js'

export interface TestServerOptions
  extends Partial<Omit<ServerSettings, 'limits'>>,
    Pick<ServerOptions, 'preload' | 'signal'> {
  readonly models?: readonly ServedModel[]
  readonly limits?: Partial<ServerLimits>
  /** Gets the lines of the log, also if the server does not start. */
  readonly log?: Record<string, unknown>[]
}

export interface TestServer extends RunningServer, AsyncDisposable {
  /** The lines of the log so far. */
  readonly log: readonly Record<string, unknown>[]
  post(path: string, body: unknown, init?: RequestInit): Promise<Response>
  /** Returns the value of a metric, such as `bert_embed_waiting_texts`. */
  metric(name: string): Promise<number>
}

/** The trained model of the repository, on the engine: there, a vector does not depend on its batch by a single bit. */
export const trainedModel: ServedModel = {
  name: 'small',
  load: (signal) => loadTrained({ signal }),
}

export function loadTrained(options: { readonly signal?: AbortSignal } = {}): Promise<Embedder> {
  return createEmbedder({ ...options, model: trainedCheckpoint, device: 'wasm' })
}

/** A model whose runs wait until they are let through. */
export interface GatedModel extends ServedModel {
  /** Number of runs that have been started. */
  readonly runs: () => number
  /** Lets the waiting runs and all later ones through. */
  readonly open: () => void
}

export function gatedModel(name = 'small'): GatedModel {
  let runs = 0
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  const engine = engineBackend()
  return {
    name,
    runs: () => runs,
    open: () => open(),
    load: () =>
      createEmbedder({
        model: trainedCheckpoint,
        backend: {
          ...engine,
          async createPlanSession(...parameters) {
            const session = await engine.createPlanSession!(...parameters)
            return {
              ...session,
              async run(...inputs) {
                runs++
                await opened
                return session.run(...inputs)
              },
            }
          },
        },
      }),
  }
}

export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const { models = [trainedModel], limits, log = [], preload, signal, ...settings } = options
  const server = await startServer({
    models,
    settings: {
      limits: { ...defaultLimits, ...limits },
      apiKeys: [],
      corsOrigins: [],
      autoTruncate: false,
      version: '0.0.0',
      ...settings,
    },
    log: pino({}, { write: (line: string) => log.push(JSON.parse(line)) }),
    host: '127.0.0.1',
    port: 0,
    preload,
    signal,
  })
  return {
    ...server,
    log,
    post: (path, body, init = {}) =>
      fetch(server.url + path, {
        method: 'POST',
        body: typeof body === 'string' ? body : JSON.stringify(body),
        ...init,
        headers: { 'content-type': 'application/json', ...init.headers },
      }),
    async metric(name) {
      const text = await (await fetch(`${server.url}/metrics`)).text()
      return Number(
        text
          .split('\n')
          .find((line) => line.startsWith(`${name} `))
          ?.split(' ')[1],
      )
    },
    [Symbol.asyncDispose]: async () => {
      await server.stop({ timeoutMs: 5_000 })
    },
  }
}
