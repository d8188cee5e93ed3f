/** The page's own module worker: embeds with the options that the page sends. */

import { embed } from './embed.js'

addEventListener('message', ({ data }) =>
  embed(data).then(postMessage, (error) => postMessage({ error: `${error}` })),
)
