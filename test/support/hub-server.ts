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

/** Serves one model under the Hub's paths, and its bare files below /files/. */
export async function startHub(model: string, files: Readonly<Record<string, Uint8Array>>): Promise<FakeHub> {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '')
    hub.requests.push(path)
    if (hub.intercept(request, response)) return
    if (path === `/api/models/${model}/revision/main`) {
      const siblings = Object.keys(files).map((rfilename) => ({ rfilename }))
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ id: model, sha: commit, siblings }))
      return
    }
    const resolved = [`/${model}/resolve/${commit}/`, '/files/'].find((prefix) => path.startsWith(prefix))
    const bytes = resolved === undefined ? undefined : files[path.slice(resolved.length)]
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
