/** Builds what is deployed: dist/worker.js and, compiled at deployment, dist/ort.wasm. */

import { copyFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

await build({
  entryPoints: ['src/worker.js'],
  bundle: true,
  minify: true,
  format: 'esm',
  outdir: 'dist',
  // The .wasm file is a module of its own; WebGPU is never asked for.
  external: ['*.wasm', 'onnxruntime-web/webgpu'],
})
const wasm = import.meta.resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm')
await copyFile(fileURLToPath(wasm), 'dist/ort.wasm')
