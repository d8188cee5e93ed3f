/** Names the entry and the output. webpack needs no other setting. */

import { fileURLToPath } from 'node:url'

const config = {
  mode: 'production',
  entry: './page/main.js',
  output: { path: fileURLToPath(new URL('./out/webpack', import.meta.url)), filename: 'main.js' },
}

// biome-ignore lint/style/noDefaultExport: webpack reads the default export.
export default config
