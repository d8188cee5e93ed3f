/** A Vite plugin that serves onnxruntime-web's files like a misconfigured server. */

import { createReadStream } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'

const folder = dirname(createRequire(import.meta.url).resolve('onnxruntime-web/wasm'))

/** Content type of the .wasm file, by route. */
const wasmTypes: Readonly<Record<string, string>> = {
  'as-text': 'text/plain',
  'as-page': 'text/html',
}

interface ViteServer {
  readonly middlewares: {
    use(
      path: string,
      handler: (
        request: { readonly url?: string | undefined },
        response: NodeJS.WritableStream & {
          setHeader(name: string, value: string): unknown
          writeHead(status: number): { end(): unknown }
        },
      ) => void,
    ): unknown
  }
}

/**
 * `/wasm/as-text/` serves the .wasm file with a wrong content type, `/wasm/as-page/` serves a web page instead of it, and
 * `/wasm/absent/` does not have it.
 */
export const wasmRoutes = {
  name: 'wasm-routes',
  configureServer({ middlewares }: ViteServer) {
    middlewares.use('/wasm/', ({ url = '' }, response) => {
      const [, route = '', name = ''] = /^\/([a-z-]+)\/([^?]+)/.exec(url) ?? []
      // Threads of an isolated page need this header too.
      response.setHeader('cross-origin-embedder-policy', 'require-corp')
      if (name.endsWith('.wasm') && !wasmTypes[route]) response.writeHead(404).end()
      else {
        response.setHeader('content-type', name.endsWith('.wasm') ? wasmTypes[route]! : 'text/javascript')
        if (route === 'as-page' && name.endsWith('.wasm')) response.end('<!doctype html>')
        else createReadStream(join(folder, basename(name))).pipe(response)
      }
    })
  },
}
