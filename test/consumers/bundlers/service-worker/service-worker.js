/** Embeds texts for its pages. A Service Worker has no nested workers, so that the model runs here. */

import { createEmbedder } from 'bert-embed'

let embedder

self.addEventListener('install', () => self.skipWaiting())
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))
self.addEventListener('fetch', (event) => {
  const { pathname, searchParams } = new URL(event.request.url)
  if (pathname.endsWith('/embed')) event.respondWith(embed(searchParams.getAll('text')))
})

async function embed(texts) {
  try {
    embedder ??= createEmbedder({ model: '/model' })
    const vectors = await (await embedder).embed(texts)
    return Response.json(vectors.map((vector) => [...vector]))
  } catch (error) {
    return new Response(`${error.code} ${error.message}`, { status: 500 })
  }
}
