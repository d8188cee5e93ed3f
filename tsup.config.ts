import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises'
import { defineConfig, type Options } from 'tsup'
import { useBuiltLibrary, writeLicenses } from './scripts/command-line-build.js'
import { joinChunks } from './scripts/join-chunks.js'
import { encodeKernels } from './src/engine/kernels/module.js'
import { maxPages } from './src/engine/memory-limit.js'

type Plugin = NonNullable<Options['plugins']>[number]

const entries = {
  index: 'src/index.ts',
  'index.node': 'src/index.node.ts',
  'index.workerd': 'src/index.workerd.ts',
  core: 'src/core.ts',
  node: 'src/node.ts',
  web: 'src/web.ts',
}

/** For the frameworks that applications use: each gives an embedder the shape that its framework expects. */
const adapters = {
  'ai-sdk': 'src/frameworks/ai-sdk.ts',
  chroma: 'src/frameworks/chroma.ts',
  lancedb: 'src/frameworks/lancedb.ts',
  langchain: 'src/frameworks/langchain.ts',
  llamaindex: 'src/frameworks/llamaindex.ts',
  orama: 'src/frameworks/orama.ts',
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

/**
 * The library is not minified, so that stack traces name functions and point to readable lines. There are no source maps: they
 * would make the package three times as large (2.36 MB instead of 0.73 MB packed, 8.6 MB instead of 2.5 MB unpacked), and show
 * little that the code in `dist` does not.
 */
const library: Options = {
  entry: { ...entries, ...adapters, ...workers, ...boundaries },
  format: ['esm', 'cjs'],
  // `AsyncDisposable` and `ErrorOptions`, for applications whose own `lib` does not have them yet.
  dts: {
    entry: { ...entries, ...adapters, ...workers },
    banner: '/// <reference lib="esnext.disposable" />\n/// <reference lib="es2022.error" />',
  },
  // The command line's own build cleans its folder.
  clean: ['!cli/**'],
  // Shared chunks: one set of error classes, whichever entries an application imports.
  splitting: true,
  // Neutral with external built-ins of Node, so that no entry is rewritten for a runtime it does not name.
  platform: 'neutral',
  target: 'es2022',
  removeNodeProtocol: false,
  external: [/^node:/, 'worker_threads', './engine.wasm'],
  plugins: [dropBareImports()],
  // CommonJS has no import.meta: there the Web backend finds no worker file, and runs in the thread that asks.
  esbuildOptions(options, { format }) {
    if (format === 'cjs') options.define = { ...options.define, 'import.meta.url': 'undefined' }
  },
  async onSuccess() {
    await joinChunks('dist', {
      entries: Object.keys({ ...entries, ...adapters }),
      workers: Object.keys(workers),
      boundaries: Object.keys(boundaries),
    })
    await writeKernels()
    await restoreImports()
  },
}

/** The command `bert-embed`. It holds the packages that it needs, so that applications do not have to install them. */
const commandLine: Options = {
  entry: { 'bert-embed': 'src/cli/bert-embed.node.ts' },
  outDir: 'dist/cli',
  format: 'esm',
  clean: true,
  // A chunk for each command, which is imported when the command is called.
  splitting: true,
  platform: 'node',
  target: 'node20',
  esbuildOptions(options) {
    // Not `minifyIdentifiers`: the stack traces of `--debug` and of bug reports name functions. That takes 30 KB.
    options.minifyWhitespace = true
    options.minifySyntax = true
  },
  removeNodeProtocol: false,
  noExternal: [/^(?!node:|\.)/],
  // For the CommonJS packages, which call `require` for the modules of Node.
  banner: {
    js: "import { createRequire } from 'node:module';const require = createRequire(import.meta.url);",
  },
  esbuildPlugins: [useBuiltLibrary(), writeLicenses()],
}

export default defineConfig([library, commandLine])

/**
 * Writes the kernels for runtimes that compile WebAssembly at deployment. Cloudflare Workers and other such runtimes run on
 * V8, which has relaxed SIMD.
 */
async function writeKernels(): Promise<void> {
  const limits = { minPages: 1, maxPages, isShared: false }
  await writeFile('dist/engine.wasm', encodeKernels({ ...limits, isRelaxed: true }))
  await copyFile('src/engine.d.wasm.ts', 'dist/engine.d.wasm.ts')
}

/**
 * Turns `require("onnxruntime-web/…")` into `import()` again in CommonJS, where tsup replaces it. Bundlers accept that a
 * package is missing only where it is imported directly within `try`.
 */
async function restoreImports(): Promise<void> {
  const required =
    /Promise\.resolve\(\)\.then\(\(\) => _interopRequireWildcard\(require\(("onnxruntime-web\/\w+")\)\)\)/g
  for (const name of await readdir('dist')) {
    if (!name.endsWith('.cjs')) continue
    const code = await readFile(`dist/${name}`, 'utf8')
    const restored = code.replace(required, 'import($1)')
    if (restored !== code) await writeFile(`dist/${name}`, restored)
  }
}

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
