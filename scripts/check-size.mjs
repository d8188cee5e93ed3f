/** Fails when what applications bundle of the library, minified, grows over its budget (bytes after gzip). */

import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

/** What an application writes, and how much of us its page may load for it before the model. */
const applications = {
  'embed in a page': { source: "export { embed } from './dist/index.js'", budget: 42 * 1024 },
  'the whole core': { source: "export * from './dist/core.js'", budget: 42 * 1024 },
  'pooling alone': {
    source: "export { meanPooling, cosineSimilarity } from './dist/index.js'",
    budget: 3200,
  },
}

/** The runtime is an optional peer, imported only when a model is loaded. */
const peers = ['onnxruntime-web/wasm', 'onnxruntime-web/webgpu']

for (const [name, { source, budget }] of Object.entries(applications)) {
  const { outputFiles, metafile } = await build({
    stdin: { contents: source, resolveDir: '.' },
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    external: peers,
    logLevel: 'error',
  })
  const bytes = gzipSync(outputFiles[0].contents, { level: 9 }).byteLength
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports.map(({ path }) => path))
  const foreign = name === 'embed in a page' ? imports.filter((path) => !peers.includes(path)) : imports
  const verdict =
    bytes > budget ? 'over its budget' : foreign.length > 0 ? `imports ${foreign.join(', ')}` : 'ok'
  console.log(`${name.padEnd(16)} ${bytes} bytes gzipped, budget ${budget}: ${verdict}`)
  if (verdict !== 'ok') process.exitCode = 1
}
