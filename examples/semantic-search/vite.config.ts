/** Vite configuration. bert-embed needs none of it, but the two headers allow more than one thread. */

import { defineConfig } from 'vite'

// Only cross-origin isolated pages get more than one thread. A production server has to send these headers too.
const headers = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
}

export default defineConfig({ server: { headers }, preview: { headers } })
