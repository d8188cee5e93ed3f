/** Where the page starts and where it goes: nothing else has to be said. */

import { fileURLToPath } from 'node:url'

const config = {
  mode: 'production',
  entry: './page/main.js',
  output: { path: fileURLToPath(new URL('./out/webpack', import.meta.url)), filename: 'main.js' },
}

// biome-ignore lint/style/noDefaultExport: the form in which the tool reads it.
export default config
