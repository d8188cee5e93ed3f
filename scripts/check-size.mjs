/** Fails when what a page loads of the library, minified, grows over its budget (bytes after gzip). */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'

/** The runtime is an optional peer, imported only when a model is loaded. */
const peers = ['onnxruntime-web/wasm', 'onnxruntime-web/webgpu']

/**
 * What an application uses, and how much of us its page may load for it before a model of the Hub. What waits until a
 * model or an option asks for it does not count.
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

/** What Vite makes of an application that imports `names` from a file of ours, or of the file itself: chunks by name. */
async function bundle({ names, entry }) {
  const root = mkdtempSync(join(tmpdir(), 'bert-embed-size-'))
  const ours = new URL(`../dist/${entry}.js`, import.meta.url).pathname
  const page = join(root, 'page.js')
  // Used rather than exported: what a page exports keeps Vite from joining chunks.
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

/** The entry, and all that it imports at once. */
function loadedChunks(chunks) {
  const loaded = new Set([...chunks.values()].filter(({ isEntry }) => isEntry))
  for (const { imports } of loaded)
    for (const path of imports) if (chunks.has(path)) loaded.add(chunks.get(path))
  return [...loaded]
}
