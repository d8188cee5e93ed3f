/** A Cloudflare Worker that embeds texts: `GET /?text=knight&text=squire` returns a list of vectors. */

import { createEmbedder, memorySource } from 'bert-embed'

// Shared by all requests of the isolate, so the model is loaded once.
let embedder

// biome-ignore lint/style/noDefaultExport: Workers require a default export.
export default {
  async fetch(request, { MODEL }) {
    const texts = new URL(request.url).searchParams.getAll('text')
    if (texts.length === 0) return new Response('Give one or more texts: /?text=...', { status: 400 })
    embedder ??= load(MODEL)
    try {
      const vectors = await (await embedder).embed(texts)
      return Response.json(vectors.map((vector) => [...vector]))
    } catch (error) {
      embedder = undefined // the next request retries
      return Response.json({ code: error.code, message: error.message }, { status: 500 })
    }
  },
}

/** Loads the model from an R2 bucket. */
async function load(bucket) {
  const { objects } = await bucket.list()
  const files = objects.map(async ({ key }) => [
    key,
    new Uint8Array(await (await bucket.get(key)).arrayBuffer()),
  ])
  return createEmbedder({ model: memorySource(Object.fromEntries(await Promise.all(files))) })
}
