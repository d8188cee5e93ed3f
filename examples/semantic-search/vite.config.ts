/** Nothing here is needed for bert-embed to work; the two headers give it threads. */

import { defineConfig } from 'vite'

// Only cross-origin isolated pages get more than one thread. A real server has to send these headers too.
const headers = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
}

export default defineConfig({ server: { headers }, preview: { headers } })
