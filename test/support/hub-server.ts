/** A real HTTP server on loopback that plays the Hugging Face Hub. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface FakeHub extends AsyncDisposable {
  readonly endpoint: string
  /** The paths asked for so far, in order. */
  readonly requests: string[]
  /** Answers instead of the Hub when it returns true. */
  intercept: (request: IncomingMessage, response: ServerResponse) => boolean
  readonly close: () => Promise<void>
}

export const commit = '0123456789abcdef0123456789abcdef01234567'

type Files = Readonly<Record<string, Uint8Array>>

/** Serves models by their names under the Hub's paths, and the files of the first below /files/ too. */
export async function startHub(models: Readonly<Record<string, Files>>): Promise<FakeHub> {
  const roots = Object.entries(models).map(([name, files]): [string, Files] => [
    `/${name}/resolve/${commit}/`,
    files,
  ])
  roots.push(['/files/', Object.values(models)[0]!])

  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '')
    hub.requests.push(path)
    if (hub.intercept(request, response)) return
    const model = Object.keys(models).find((name) => path === `/api/models/${name}/revision/main`)
    if (model !== undefined) {
      const siblings = Object.keys(models[model]!).map((rfilename) => ({ rfilename }))
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ id: model, sha: commit, siblings }))
      return
    }
    const [root, files] = roots.find(([prefix]) => path.startsWith(prefix)) ?? ['', {}]
    const bytes = (files as Files)[path.slice(root.length)]
    if (!bytes) {
      response.writeHead(404).end('Entry not found')
      return
    }
    response.setHeader('content-length', bytes.byteLength)
    response.setHeader('content-type', 'application/octet-stream')
    response.end(bytes)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  const hub: FakeHub = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: [],
    intercept: () => false,
    close,
    [Symbol.asyncDispose]: close,
  }
  return hub
}
