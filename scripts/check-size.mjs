/**
 * Fails if the minified code that a page loads from the library exceeds its budget (bytes after gzip), or if it is in
 * too many files.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'

/** Not counted: the runtime is an optional peer dependency, which is imported when a model is loaded. */
const peers = ['onnxruntime-web/wasm', 'onnxruntime-web/webgpu']

/** What a page imports on demand before the first vector of a sentence-transformers model below a URL. */
const lazy = ['checkModelOptions', 'openUrl', 'readSentenceFiles']

/**
 * The exports that an application uses, the maximum size of the code that its page loads before a model of the Hub, and
 * the maximum number of its files, those included that the page imports on demand. The size does not include code that
 * is loaded on demand, for a model or an option.
 */
const applications = {
  'embed in a page': { names: 'embed', entry: 'index', budget: 35 * 1024, lazy, maxFiles: 5, peers },
  'with top-level await': {
    names: 'embed',
    await: true,
    entry: 'index',
    budget: 36 * 1024,
    lazy,
    maxFiles: 5,
    peers,
  },
  "the engine's worker": { entry: 'engine-worker', budget: 16 * 1024, maxFiles: 1 },
  "onnxruntime's worker": { entry: 'ort-worker', budget: 3.75 * 1024, maxFiles: 1, peers },
  'for the AI SDK': { names: 'toEmbeddingModel, createProvider', entry: 'ai-sdk', budget: 1500, maxFiles: 1 },
  'for Chroma': { names: 'createEmbeddingFunctionClass', entry: 'chroma', budget: 1100, maxFiles: 1 },
  'for LanceDB': { names: 'createEmbeddingFunctionClass', entry: 'lancedb', budget: 1200, maxFiles: 1 },
  'for LangChain': { names: 'toEmbeddings', entry: 'langchain', budget: 800, maxFiles: 1 },
  'for LlamaIndex': { names: 'toEmbedding', entry: 'llamaindex', budget: 850, maxFiles: 1 },
  'for Orama': { names: 'toPlugin', entry: 'orama', budget: 1200, maxFiles: 1 },
  'pooling alone': { names: 'meanPooling, cosineSimilarity', entry: 'index', budget: 3200, maxFiles: 1 },
}

for (const [name, application] of Object.entries(applications)) {
  const { budget, maxFiles, peers: allowed = [], lazy = [] } = application
  const chunks = await bundle(application)
  const entry = [...chunks.values()].filter(({ isEntry }) => isEntry)
  const loaded = withImports(chunks, entry)
  const bytes = loaded.reduce((sum, { code }) => sum + gzipSync(code, { level: 9 }).byteLength, 0)
  const isLazy = (chunk) => chunk.isDynamicEntry && lazy.some((name) => chunk.exports.includes(name))
  const files = withImports(chunks, [...entry, ...[...chunks.values()].filter(isLazy)]).length
  const foreign = loaded
    .flatMap(({ imports, dynamicImports }) => [...imports, ...dynamicImports])
    .filter((path) => !chunks.has(path) && !allowed.includes(path))
  const problems = [
    ...(bytes > budget ? ['over its budget'] : []),
    ...(files > maxFiles ? ['too many files'] : []),
    ...(foreign.length > 0 ? [`imports ${foreign.join(', ')}`] : []),
  ]
  console.log(
    `${name.padEnd(20)} ${bytes} bytes gzipped in ${loaded.length} files, budget ${budget}; ${files} files at the first ` +
      `vector, at most ${maxFiles}: ${problems.join(', ') || 'ok'}`,
  )
  if (problems.length > 0) process.exitCode = 1
}

/** Builds an application that imports `names` from a file of dist, or the file itself, with Vite. Returns chunks by name. */
async function bundle({ names, entry, await: hasAwait = false }) {
  const root = mkdtempSync(join(tmpdir(), 'bert-embed-size-'))
  const ours = new URL(`../dist/${entry}.js`, import.meta.url).pathname
  const page = join(root, 'page.js')
  // The names are used, not exported, because exports of a page keep Vite from joining chunks.
  if (names) {
    const use = hasAwait ? `console.log(await ${names}('knight'))` : `console.log(${names})`
    writeFileSync(page, `import { ${names} } from ${JSON.stringify(ours)}\n${use}`)
  }
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

/** Returns the given chunks and all of their static imports. */
function withImports(chunks, roots) {
  const loaded = new Set(roots)
  for (const { imports } of loaded)
    for (const path of imports) if (chunks.has(path)) loaded.add(chunks.get(path))
  return [...loaded]
}
