/** A Node application: only what has native code is left out. */

import { fileURLToPath } from 'node:url'

const config = {
  mode: 'production',
  target: 'node20',
  devtool: false,
  entry: { 'node-app': './node-app/main.js' },
  output: { path: fileURLToPath(new URL('./out/node-app', import.meta.url)), filename: '[name].cjs' },
  externals: { 'onnxruntime-node': 'commonjs onnxruntime-node' },
}

// biome-ignore lint/style/noDefaultExport: the form in which the tool reads it.
export default config
