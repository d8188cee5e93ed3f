/** bert-embed in a page that runs by itself: `?dtype=q8&threads=2`, or without a dtype nothing at all; reports to the server. */

import { createEmbedder } from 'bert-embed'

const { dtype, threads } = Object.fromEntries(new URLSearchParams(location.search))

try {
  if (dtype) {
    const embedder = await createEmbedder({ model: '/model/', dtype, threads: Number(threads) })
    await embedder.embed(['The knight saddled his horse at dawn.', 'The squire slept.'])
  }
  await report({ milliseconds: performance.now() }) // since the navigation began
} catch (error) {
  await report({ error: `${error.stack ?? error}` })
}

function report(values) {
  return fetch(`/report?${new URLSearchParams(values)}`)
}
