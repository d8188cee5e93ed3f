/** Serves the page, and answers its requests: `GET /search?q=...` and `GET /status`. */

import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { countDocuments } from './documents.mjs'
import { printError } from './errors.mjs'
import { nearest, searchHybrid } from './search.mjs'

const files = {
  '/': ['index.html', 'text/html'],
  '/style.css': ['style.css', 'text/css'],
  '/search.js': ['search.js', 'text/javascript'],
}

/** A query is a sentence or two. The model reads no more than its limit of tokens anyway. */
const maxQueryLength = 2000

/** @returns {Promise<{ url: string, close: () => Promise<void> }>} */
export async function servePage({ database, embedder, port }) {
  const server = createServer(async (request, response) => {
    try {
      const { status = 200, type = 'application/json', body } = await answer(request, { database, embedder })
      response.writeHead(status, {
        'content-type': `${type}; charset=utf-8`,
        'content-security-policy': `default-src 'self'; img-src data:`,
      })
      response.end(type === 'application/json' ? JSON.stringify(body) : body)
    } catch (error) {
      printError(error)
      response.writeHead(503).end(JSON.stringify({ error: 'The search does not work at the moment.' }))
    }
  })
  server.listen(port, 'localhost')
  await once(server, 'listening')
  return {
    url: `http://localhost:${server.address().port}`,
    async close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

async function answer(request, { database, embedder }) {
  const { pathname, searchParams } = new URL(request.url, 'http://localhost')
  if (files[pathname]) {
    const [name, type] = files[pathname]
    return { type, body: await readFile(new URL(`page/${name}`, import.meta.url)) }
  }
  if (pathname === '/status') return { body: await countDocuments(database) }
  if (pathname !== '/search') return { status: 404, body: { error: 'There is no such page.' } }

  const text = searchParams.get('q')?.replaceAll('\0', '').trim() ?? ''
  const method = searchParams.get('method') ?? 'halfvec'
  if (text === '' || text.length > maxQueryLength)
    return wrong(`q has to have 1 to ${maxQueryLength} characters.`)
  if (!Object.hasOwn(nearest, method))
    return wrong(`method has to be one of ${Object.keys(nearest).join(', ')}.`)
  const started = performance.now()
  const vector = await embedder.embedQuery(text, { normalize: true })
  const embedded = performance.now()
  const hits = await searchHybrid(database, { text, vector, method })
  const milliseconds = { embedding: embedded - started, search: performance.now() - embedded }
  return { body: { hits, milliseconds } }
}

function wrong(error) {
  return { status: 400, body: { error } }
}
