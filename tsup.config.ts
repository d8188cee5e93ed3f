import { defineConfig } from 'tsup'

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    'index.node': 'src/index.node.ts',
    core: 'src/core.ts',
    node: 'src/node.ts',
    web: 'src/web.ts',
    'ort-worker': 'src/backends/ort-worker.web.ts',
    'ort-worker.node': 'src/backends/ort-worker.node.ts',
  },
  format: ['esm', 'cjs'],
  // `AsyncDisposable`, for applications whose own `lib` does not have it yet.
  dts: { banner: '/// <reference lib="esnext.disposable" />' },
  clean: true,
  // Shared chunks: one set of error classes, whichever entries an application imports.
  splitting: true,
  // Neutral with external node: built-ins, so that no entry is rewritten for a runtime it does not name.
  platform: 'neutral',
  target: 'es2022',
  removeNodeProtocol: false,
  external: [/^node:/],
  // CommonJS has no import.meta: there the Web backend finds no worker file, and runs in the thread that asks.
  esbuildOptions(options, { format }) {
    if (format === 'cjs') options.define = { ...options.define, 'import.meta.url': 'undefined' }
  },
})
