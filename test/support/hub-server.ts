/** An HTTP server on loopback that acts as the Hugging Face Hub. */

import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface FakeHub extends AsyncDisposable {
  readonly endpoint: string
  /** The requested paths so far, in order, without queries. */
  readonly requests: string[]
  /** Called for each request. If it returns true, it has sent the response itself. */
  intercept: (request: IncomingMessage, response: ServerResponse) => boolean
  readonly close: () => Promise<void>
}

export const commit = '0123456789abcdef0123456789abcdef01234567'

type Files = Readonly<Record<string, Uint8Array>>

/** Serves models by name under the Hub's paths, and the files of the first model also below /files/. */
export async function startHub(models: Readonly<Record<string, Files>>): Promise<FakeHub> {
  const server = createServer((request, response) => {
    const path = pathOf(request)
    hub.requests.push(path)
    if (!hub.intercept(request, response)) answer(models, request, response)
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

/** The Hub's hash of a file: SHA-256 for a large file, which is stored outside Git, or Git's hash. */
export function contentHash(path: string, bytes: Uint8Array): string {
  if (isLarge(path)) return createHash('sha256').update(bytes).digest('hex')
  return createHash('sha1').update(`blob ${bytes.byteLength}\0`).update(bytes).digest('hex')
}

/** Sends the requested range of these bytes, or all of them. */
export function sendBytes(request: IncomingMessage, response: ServerResponse, bytes: Uint8Array): void {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
  if (start > 0 && start >= bytes.byteLength) {
    response.writeHead(416, { 'content-range': `bytes */${bytes.byteLength}` }).end()
    return
  }
  response.statusCode = start > 0 ? 206 : 200
  if (start > 0)
    response.setHeader('content-range', `bytes ${start}-${bytes.byteLength - 1}/${bytes.byteLength}`)
  response.setHeader('content-length', bytes.byteLength - start)
  response.setHeader('content-type', 'application/octet-stream')
  response.end(bytes.subarray(start))
}

/** Returns the requested path without its query. */
export function pathOf({ url = '' }: IncomingMessage): string {
  return decodeURIComponent(url.split('?')[0]!)
}

function answer(models: Readonly<Record<string, Files>>, request: IncomingMessage, response: ServerResponse) {
  const path = pathOf(request)
  for (const [name, files] of Object.entries(models)) {
    const listing = `/api/models/${name}/revision/`
    if (path === `${listing}main` || path === `${listing}${commit}`) {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ id: name, sha: commit, siblings: Object.entries(files).map(toSibling) }))
      return
    }
    const folder = [`/${name}/resolve/${commit}/`, `/${name}/resolve/main/`].find((it) => path.startsWith(it))
    if (folder === undefined) continue
    const file = path.slice(folder.length)
    response.setHeader('x-repo-commit', commit)
    if (Object.hasOwn(files, file)) {
      response.setHeader('etag', `"${contentHash(file, files[file]!)}"`)
      sendBytes(request, response, files[file]!)
    } else response.writeHead(404, { 'x-error-code': 'EntryNotFound' }).end('Entry not found')
    return
  }
  const [files = {}] = Object.values(models)
  const file = path.startsWith('/files/') ? files[path.slice('/files/'.length)] : undefined
  if (file) sendBytes(request, response, file)
  else response.writeHead(404, { 'x-error-code': 'RepoNotFound' }).end('Not found')
}

/** A file as the Hub lists it with `?blobs=true`. */
function toSibling([rfilename, bytes]: [string, Uint8Array]) {
  const hash = contentHash(rfilename, bytes)
  const facts = { rfilename, size: bytes.byteLength }
  if (!isLarge(rfilename)) return { ...facts, blobId: hash }
  return { ...facts, blobId: '0'.repeat(40), lfs: { sha256: hash, size: bytes.byteLength, pointerSize: 134 } }
}

function isLarge(path: string): boolean {
  return path.endsWith('.safetensors')
}
