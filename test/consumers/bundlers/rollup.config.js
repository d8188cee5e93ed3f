/** Rollup leaves `new URL(…, import.meta.url)` as it is: the worker is built as an entry of its own, beside the page's. */

import commonjs from '@rollup/plugin-commonjs'
import nodeResolve from '@rollup/plugin-node-resolve'

const config = {
  input: { main: 'page/main.js', 'ort-worker': 'bert-embed/worker' },
  output: { dir: 'out/rollup', format: 'es' },
  plugins: [nodeResolve({ browser: true }), commonjs()],
}

// biome-ignore lint/style/noDefaultExport: the form in which the tool reads it.
export default config
