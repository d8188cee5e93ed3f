/** Builds the files to deploy: dist/worker.js, and dist/engine.wasm, which is compiled at deployment. */

import { copyFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

await build({
  entryPoints: ['src/worker.js'],
  bundle: true,
  minify: true,
  format: 'esm',
  outdir: 'dist',
  // wrangler uses the same condition: it selects the build of bert-embed for Workers.
  conditions: ['workerd'],
  // The .wasm file is a separate module. onnxruntime-web is not used.
  external: ['*.wasm', 'onnxruntime-web/*'],
})
await copyFile(fileURLToPath(import.meta.resolve('bert-embed/engine.wasm')), 'dist/engine.wasm')
