/** Rollup does not follow `new URL(…, import.meta.url)`, so the worker is a second entry, built next to the page. */

import commonjs from '@rollup/plugin-commonjs'
import nodeResolve from '@rollup/plugin-node-resolve'

const config = {
  input: { main: 'page/main.js', 'ort-worker': 'bert-embed/worker' },
  output: { dir: 'out/rollup', format: 'es' },
  plugins: [nodeResolve({ browser: true }), commonjs()],
}

// biome-ignore lint/style/noDefaultExport: Rollup reads the default export.
export default config
