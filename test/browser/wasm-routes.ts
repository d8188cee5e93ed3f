/** A Vite plugin that serves onnxruntime-web's files as careless servers do. */

import { createReadStream } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'

const folder = dirname(createRequire(import.meta.url).resolve('onnxruntime-web/wasm'))

/** What a server says of the .wasm file, by the name of the route. */
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
 * Below `/wasm/as-text/` the .wasm file has a wrong content type; below `/wasm/as-page/` a web page stands in its place;
 * below `/wasm/absent/` there is none.
 */
export const wasmRoutes = {
  name: 'wasm-routes',
  configureServer({ middlewares }: ViteServer) {
    middlewares.use('/wasm/', ({ url = '' }, response) => {
      const [, route = '', name = ''] = /^\/([a-z-]+)\/([^?]+)/.exec(url) ?? []
      // A thread of an isolated page is held to the same rule as the page.
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
