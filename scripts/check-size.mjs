/** Fails if the minified code that a page loads from the library exceeds its budget (bytes after gzip). */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'

/** Not counted: the runtime is an optional peer dependency, which is imported when a model is loaded. */
const peers = ['onnxruntime-web/wasm', 'onnxruntime-web/webgpu']

/**
 * The exports that an application uses, and the maximum size of the code that its page loads before a model of the Hub. Code
 * that is loaded on demand, for a model or an option, is not counted.
 */
const applications = {
  'embed in a page': { names: 'embed', entry: 'index', budget: 35 * 1024, peers },
  'the worker': { entry: 'ort-worker', budget: 3.5 * 1024, peers },
  'pooling alone': { names: 'meanPooling, cosineSimilarity', entry: 'index', budget: 3200 },
}

for (const [name, { names, entry, budget, peers: allowed = [] }] of Object.entries(applications)) {
  const chunks = await bundle({ names, entry })
  const loaded = loadedChunks(chunks)
  const bytes = loaded.reduce((sum, { code }) => sum + gzipSync(code, { level: 9 }).byteLength, 0)
  const foreign = loaded
    .flatMap(({ imports, dynamicImports }) => [...imports, ...dynamicImports])
    .filter((path) => !chunks.has(path) && !allowed.includes(path))
  const verdict =
    bytes > budget ? 'over its budget' : foreign.length > 0 ? `imports ${foreign.join(', ')}` : 'ok'
  console.log(
    `${name.padEnd(16)} ${bytes} bytes gzipped in ${loaded.length} files, budget ${budget}: ${verdict}`,
  )
  if (verdict !== 'ok') process.exitCode = 1
}

/** Builds an application that imports `names` from a file of dist, or the file itself, with Vite. Returns chunks by name. */
async function bundle({ names, entry }) {
  const root = mkdtempSync(join(tmpdir(), 'bert-embed-size-'))
  const ours = new URL(`../dist/${entry}.js`, import.meta.url).pathname
  const page = join(root, 'page.js')
  // The names are used, not exported, because exports of a page keep Vite from joining chunks.
  if (names) writeFileSync(page, `import { ${names} } from ${JSON.stringify(ours)}\nconsole.log(${names})`)
  try {
    const { output } = await build({
      root,
      logLevel: 'error',
      worker: { format: 'es' },
      build: {
        write: false,
        target: 'esnext',
        modulePreload: false,
        rollupOptions: { input: names ? page : ours, external: peers },
      },
    })
    return new Map(output.filter(({ type }) => type === 'chunk').map((chunk) => [chunk.fileName, chunk]))
  } finally {
    rmSync(root, { recursive: true })
  }
}

/** Returns the entry chunk and all of its static imports. */
function loadedChunks(chunks) {
  const loaded = new Set([...chunks.values()].filter(({ isEntry }) => isEntry))
  for (const { imports } of loaded)
    for (const path of imports) if (chunks.has(path)) loaded.add(chunks.get(path))
  return [...loaded]
}
