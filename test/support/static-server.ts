/** Serves a folder over HTTP on loopback, like an application's server. */

import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'

export interface StaticServerOptions {
  /** Headers of every response. */
  readonly headers?: Readonly<Record<string, string>>
  /** Sends the two headers that make a page cross-origin isolated, so that it may use threads. @default false */
  readonly isolated?: boolean
  /** Sends `search.html` for `/search`. @default false */
  readonly cleanUrls?: boolean
  /** Sends an ETag with each file. Without one, the library does not cache the files of a model. @default false */
  readonly etags?: boolean
  /** The port. 0 chooses a free one. @default 0 */
  readonly port?: number
}

export interface StaticServer extends AsyncDisposable {
  /** URL without a trailing slash, such as `http://127.0.0.1:4000`. */
  readonly url: string
  /** The requested paths so far, in order. */
  readonly requests: string[]
  readonly close: () => Promise<void>
}

/** The headers of a cross-origin isolated page. */
export const isolationHeaders = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
}

export async function serveFolder(
  folder: string,
  { headers = {}, isolated = false, cleanUrls = false, etags = false, port = 0 }: StaticServerOptions = {},
): Promise<StaticServer> {
  const everywhere = { ...(isolated && isolationHeaders), ...headers }
  const requests: string[] = []
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname)
    requests.push(path)
    for (const [name, value] of Object.entries(everywhere)) response.setHeader(name, value)
    const isPage = cleanUrls && extname(path) === '' && !path.endsWith('/')
    await sendFile(join(folder, normalize(isPage ? `${path}.html` : path)), response, etags)
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, requests, close, [Symbol.asyncDispose]: close }
}

async function sendFile(path: string, response: ServerResponse, etags: boolean): Promise<void> {
  const file = path.endsWith('/') || path.endsWith('\\') ? `${path}index.html` : path
  const found = await stat(file).catch(() => undefined)
  if (!found?.isFile()) {
    response.writeHead(404).end('Not found')
    return
  }
  response.setHeader('content-type', contentTypes[extname(file)] ?? 'application/octet-stream')
  response.setHeader('content-length', found.size)
  if (etags) response.setHeader('etag', `"${found.size}-${found.mtimeMs}"`)
  createReadStream(file).pipe(response)
}

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
}
