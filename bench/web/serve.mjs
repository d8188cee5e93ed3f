/** A static server for cross-origin isolated pages, which records the requests. */

import { createReadStream, readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { createLink } from './link.mjs'

const contentTypes = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
}

/**
 * Serves folders under URL prefixes: `{ '/model/': 'checkpoints/minilm' }`. The longest matching prefix is used.
 *
 * Model files are revalidated with their ETag, like the Hub's. Everything else may be cached forever, so that a visit without a
 * server still has its page. With `codeMbps`, everything else is compressed, and sent at this rate in Mbit/s. With `modelMbps`,
 * model files are sent at this rate.
 */
export async function serve(folders, { port = 0, codeMbps, modelMbps } = {}) {
  const prefixes = Object.keys(folders).sort((a, b) => b.length - a.length)
  const requested = new Set()
  const link = codeMbps && createLink(codeMbps)
  const modelLink = modelMbps && createLink(modelMbps)
  let modelBytes = 0
  const compress = keepResults((file) => gzipSync(readFileSync(file), { level: 9 }))
  let onReport
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://localhost')
    const path = normalize(decodeURIComponent(pathname))
    if (path === '/report') {
      onReport?.(Object.fromEntries(searchParams))
      return response.writeHead(204, isolation).end()
    }
    const prefix = prefixes.find((one) => path.startsWith(one))
    const file = join(folders[prefix], path.slice(prefix.length))
    const size = sizeOf(file)
    if (size === undefined) return response.writeHead(404, isolation).end()
    requested.add(file)
    const etag = `"${size}"`
    const headers = {
      ...isolation,
      etag,
      'cache-control': prefix === '/model/' ? 'no-cache' : 'public, max-age=31536000, immutable',
      'content-type': contentTypes[extname(file)] ?? 'application/octet-stream',
    }
    if (request.headers['if-none-match'] === etag) return response.writeHead(304, headers).end()
    if (link && prefix !== '/model/' && request.method === 'GET') {
      const content = compress(file)
      response.writeHead(200, {
        ...headers,
        'content-encoding': 'gzip',
        'content-length': content.byteLength,
      })
      return Readable.from(link.send(content)).pipe(response)
    }
    response.writeHead(200, { ...headers, 'content-length': size })
    if (request.method === 'HEAD') return response.end()
    if (prefix === '/model/') modelBytes += size
    if (modelLink && prefix === '/model/')
      return Readable.from(modelLink.send(readFileSync(file))).pipe(response)
    createReadStream(file).pipe(response)
  })
  await new Promise((resolve) => server.listen(port, 'localhost', resolve))
  return {
    port: server.address().port,
    /** Returns the files sent since the last call. */
    takeRequested() {
      const files = [...requested]
      requested.clear()
      return files
    },
    /** Returns the number of bytes of model files sent since the last call. */
    takeModelBytes() {
      const bytes = modelBytes
      modelBytes = 0
      return bytes
    },
    /** Resolves to the page's next report, `fetch('/report?…')`. */
    nextReport: () =>
      new Promise((resolve) => {
        onReport = resolve
      }),
    stop() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    },
  }
}

/** The headers that allow SharedArrayBuffer, which WebAssembly needs for more than one thread. */
const isolation = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
}

/** Returns a function that computes each result once. */
function keepResults(compute) {
  const results = new Map()
  return (key) => {
    if (!results.has(key)) results.set(key, compute(key))
    return results.get(key)
  }
}

function sizeOf(file) {
  const stats = statSync(file, { throwIfNoEntry: false })
  return stats?.isFile() ? stats.size : undefined
}
