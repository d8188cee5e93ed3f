/** Fails when an entry, bundled and minified with all it imports, grows over its budget (bytes after gzip). */

import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

/** The core carries the tokenizer (11.5 KB) and the protobuf writer (3 KB). */
const budgets = { core: 35_000, web: 40_000, index: 40_000 }

/** Runtimes are optional peers, imported only when a model is loaded. */
const peers = ['onnxruntime-web', 'onnxruntime-web/wasm', 'onnxruntime-node']

for (const [entry, budget] of Object.entries(budgets)) {
  const { outputFiles, metafile } = await build({
    entryPoints: [`dist/${entry}.js`],
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    external: peers,
  })
  const bytes = gzipSync(outputFiles[0].contents, { level: 9 }).byteLength
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports.map(({ path }) => path))
  const foreign = entry === 'core' ? imports : imports.filter((path) => !peers.includes(path))
  const verdict =
    bytes > budget ? 'over its budget' : foreign.length > 0 ? `imports ${foreign.join(', ')}` : 'ok'
  console.log(`${entry.padEnd(6)} ${bytes} bytes gzipped, budget ${budget}: ${verdict}`)
  if (verdict !== 'ok') process.exitCode = 1
}
