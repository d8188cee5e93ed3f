/** A page that runs bert-embed on its own (`?dtype=q8&threads=2`) and reports to the server. Without a dtype, it loads no model. */

import { createEmbedder } from 'bert-embed'

const { dtype, threads } = Object.fromEntries(new URLSearchParams(location.search))

try {
  if (dtype) {
    const embedder = await createEmbedder({ model: '/model/', dtype, threads: Number(threads) })
    await embedder.embed(['The knight saddled his horse at dawn.', 'The squire slept.'])
  }
  await report({ milliseconds: performance.now() }) // since the start of the navigation
} catch (error) {
  await report({ error: `${error.stack ?? error}` })
}

function report(values) {
  return fetch(`/report?${new URLSearchParams(values)}`)
}
