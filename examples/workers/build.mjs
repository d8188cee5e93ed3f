/** Builds the files to deploy: dist/worker.js, and dist/ort.wasm, which is compiled at deployment. */

import { copyFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

await build({
  entryPoints: ['src/worker.js'],
  bundle: true,
  minify: true,
  format: 'esm',
  outdir: 'dist',
  // The .wasm file is a separate module. WebGPU is not used.
  external: ['*.wasm', 'onnxruntime-web/webgpu'],
})
const wasm = import.meta.resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm')
await copyFile(fileURLToPath(wasm), 'dist/ort.wasm')
