/** Builds the worker as a second entry next to the page's, because Rollup does not change `new URL(…, import.meta.url)`. */

import commonjs from '@rollup/plugin-commonjs'
import nodeResolve from '@rollup/plugin-node-resolve'

const config = {
  input: { main: 'page/main.js', 'engine-worker': 'bert-embed/engine-worker' },
  output: { dir: 'out/rollup', format: 'es' },
  plugins: [nodeResolve({ browser: true }), commonjs()],
}

// biome-ignore lint/style/noDefaultExport: Rollup requires a default export.
export default config
