/** webpack needs only an entry and an output folder. */

import { fileURLToPath } from 'node:url'

const config = {
  mode: 'production',
  entry: './page/main.js',
  output: { path: fileURLToPath(new URL('./out/webpack', import.meta.url)), filename: 'main.js' },
}

// biome-ignore lint/style/noDefaultExport: webpack requires a default export.
export default config
