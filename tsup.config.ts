import { defineConfig, type Options } from 'tsup'
import { joinChunks } from './scripts/join-chunks.js'

type Plugin = NonNullable<Options['plugins']>[number]

const entries = {
  index: 'src/index.ts',
  'index.node': 'src/index.node.ts',
  core: 'src/core.ts',
  node: 'src/node.ts',
  web: 'src/web.ts',
}

const workers = {
  'engine-worker': 'src/backends/engine/engine-worker.web.ts',
  'engine-worker.node': 'src/backends/engine/engine-worker.node.ts',
  'ort-worker': 'src/backends/ort/ort-worker.web.ts',
  'ort-worker.node': 'src/backends/ort/ort-worker.node.ts',
}

/** Not entries of the package. Because of them, esbuild puts the code that they import into separate chunks. */
const boundaries = {
  'create-embedder.web': 'src/create-embedder.web.ts',
  'without-model': 'src/without-model.ts',
}

export default defineConfig({
  entry: { ...entries, ...workers, ...boundaries },
  format: ['esm', 'cjs'],
  // `AsyncDisposable` and `ErrorOptions`, for applications whose own `lib` does not have them yet.
  dts: {
    entry: { ...entries, ...workers },
    banner: '/// <reference lib="esnext.disposable" />\n/// <reference lib="es2022.error" />',
  },
  clean: true,
  // Shared chunks: one set of error classes, whichever entries an application imports.
  splitting: true,
  // Neutral with external built-ins of Node, so that no entry is rewritten for a runtime it does not name.
  platform: 'neutral',
  target: 'es2022',
  removeNodeProtocol: false,
  external: [/^node:/, 'worker_threads'],
  plugins: [dropBareImports()],
  onSuccess: () =>
    joinChunks('dist', {
      entries: Object.keys(entries),
      workers: Object.keys(workers),
      boundaries: Object.keys(boundaries),
    }),
  // CommonJS has no import.meta: there the Web backend finds no worker file, and runs in the thread that asks.
  esbuildOptions(options, { format }) {
    if (format === 'cjs') options.define = { ...options.define, 'import.meta.url': 'undefined' }
  },
})

/**
 * Takes `import './chunk.js'` out of what is built. No module does anything when it is imported; but an application's
 * bundler would count what is named so among what the page loads at once, although it is loaded when a model asks for it.
 */
function dropBareImports(): Plugin {
  return {
    name: 'drop-bare-imports',
    renderChunk: (code) => ({ code: code.replace(/^import "\.\/[^"]+";\n/gm, '') }),
  }
}
