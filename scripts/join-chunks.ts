/**
 * Joins the chunks into which esbuild has split the ES modules, so that a page loads few files. esbuild makes one chunk
 * for each set of importers. If a page has a top-level `await`, its bundler makes one file of each of these chunks,
 * because a module that is imported on demand would wait for the page if it imported from the page's file.
 */

import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import {
  type ChunkingContext,
  type CodeSplittingGroup,
  type OutputChunk,
  type Plugin,
  rolldown,
} from 'rolldown'

/**
 * Chunks that are imported on demand, with source files that they hold. A chunk also holds what its files import, except
 * what an earlier chunk holds.
 */
const lazyChunks: Readonly<Record<string, readonly string[]>> = {
  // Most models have the files of sentence-transformers. For other models, a page loads 2 KB in vain.
  'start-loading': ['src/check-model-options.ts', 'src/loading/files/read-sentence-files.ts'],
  'open-url': ['src/sources/open-url.ts'],
  'any-tokenizer': ['src/text/any-tokenizer.ts'],
  // Before the conversion, which it shares a file with: a page with a packed model does not load the conversion.
  'load-packed-weights': ['src/loading/pack/pack.ts', 'src/loading/pack/load-packed-weights.ts'],
  'load-converted-weights': [
    'src/loading/weights/load-converted-weights.ts',
    'src/sources/http/receive-forward.ts',
    'src/model/conversion/half-floats.ts',
  ],
  'architecture-parts': [
    'src/model/architectures/rotary-config.ts',
    'src/model/architectures/positions-after-padding.ts',
  ],
}

/**
 * A small file that two lazy chunks import. It is put into the chunk of every page: if a lazy chunk is also imported by
 * another chunk, a page with a top-level `await` loads one more file for it.
 */
const sharedFile = 'src/sources/subfolder.ts'

export interface EntryNames {
  /** Entries that share their chunks. */
  readonly entries: readonly string[]
  /** Entries that get all of their code in one file. */
  readonly workers: readonly string[]
  /** Entries that only tell which code belongs together. Their files are deleted. */
  readonly boundaries: readonly string[]
}

/** Replaces the ES modules in `directory`. */
export async function joinChunks(
  directory: string,
  { entries, workers, boundaries }: EntryNames,
): Promise<void> {
  const files = readdirSync(directory)
    .filter((name) => name.endsWith('.js'))
    .map((name) => resolve(directory, name))
  const chunks = await bundle(directory, [...entries, ...boundaries], groupsOf(directory, files))
  // With shared chunks, a worker that is not bundled would load all of the page's code.
  for (const worker of workers) chunks.push(...(await bundle(directory, [worker], undefined)))

  for (const file of files) rmSync(file)
  const forwarded = forwardedChunks(chunks)
  for (const { fileName, isEntry, name, code } of chunks) {
    if (forwarded.has(fileName) || (isEntry && boundaries.includes(name))) continue
    const direct = code.replace(
      /(?<=\bimport\("\.\/)[^"]+(?="\))/g,
      (imported) => forwarded.get(imported) ?? imported,
    )
    writeFileSync(join(directory, fileName), direct)
  }
}

type Membership = (id: string, context: ChunkingContext) => boolean

/** Decides which of esbuild's chunks are joined. */
function groupsOf(directory: string, files: readonly string[]): CodeSplittingGroup[] {
  const codes = new Map(files.map((file) => [file, readFileSync(file, 'utf8')]))
  // esbuild writes the name of a source file in a comment before its code.
  const holds = (code: string, source: string) => code.includes(`// ${source}\n`)
  for (const source of [...Object.values(lazyChunks).flat(), sharedFile])
    if (![...codes.values()].some((code) => holds(code, source)))
      throw new Error(`join-chunks.ts names ${source}, which is in no chunk.`)
  const isImportedBy = (name: string, id: string, context: ChunkingContext) =>
    reachableFrom(resolve(directory, `${name}.js`), context).has(id)

  // The code that every page with a model loads. Node loads it too, so it must not contain code for the Web.
  const isInEmbedder: Membership = (id, context) =>
    (isImportedBy('create-embedder.web', id, context) && isImportedBy('node', id, context)) ||
    holds(codes.get(id) ?? '', sharedFile)
  // The part of it that applications without a model need too, and adapters: bundlers do not remove all of the other code.
  const isInWithoutModel: Membership = (id, context) =>
    (isImportedBy('without-model', id, context) || isImportedBy('ai-sdk', id, context)) &&
    isInEmbedder(id, context)
  const members: Readonly<Record<string, Membership>> = {
    'without-model': isInWithoutModel,
    embedder: isInEmbedder,
    ...Object.fromEntries(
      Object.entries(lazyChunks).map(([chunk, sources]) => [
        chunk,
        (id: string) => sources.some((source) => holds(codes.get(id) ?? '', source)),
      ]),
    ),
  }
  return Object.entries(members).map(([chunk, isMember]) => ({
    name: (id, context) => (isMember(id, context) ? chunk : null),
    debugName: chunk,
  }))
}

/** Returns a module and all modules that it imports, directly or not, without those imported on demand. */
function reachableFrom(id: string, context: ChunkingContext): ReadonlySet<string> {
  const reached = new Set([id])
  for (const module of reached)
    for (const imported of context.getModuleInfo(module)?.importedIds ?? []) reached.add(imported)
  return reached
}

async function bundle(
  directory: string,
  names: readonly string[],
  groups: CodeSplittingGroup[] | undefined,
): Promise<OutputChunk[]> {
  const build = await rolldown({
    input: Object.fromEntries(names.map((name) => [name, join(directory, `${name}.js`)])),
    external: (id) => !/^[./]/.test(id) || id.endsWith('.wasm'),
    platform: 'neutral',
    treeshake: { moduleSideEffects: false },
    plugins: [forwardLazyImports],
  })
  const { output } = await build.generate({
    entryFileNames: '[name].js',
    // The name of a chunk ends with esbuild's hash.
    chunkFileNames: ({ name }) => `${name.replace(/-[0-9A-Z]{8}$/, '')}-[hash].js`,
    minifyInternalExports: false,
    codeSplitting: groups !== undefined && { groups },
  })
  await build.close()
  return output.filter((file) => file.type === 'chunk')
}

const lazy = '?lazy'

/**
 * Puts a module that only re-exports between an import on demand and its module. Without it, a joined chunk would export
 * an object for each of the modules, of which an application's bundler can remove nothing. `forwardedChunks` finds
 * these modules, so that the import can name the joined chunk itself.
 */
const forwardLazyImports: Plugin = {
  name: 'forward-lazy-imports',
  resolveDynamicImport: (specifier, importer) =>
    typeof specifier === 'string' && specifier.startsWith('./') && importer
      ? join(dirname(importer), specifier) + lazy
      : null,
  load: (id) => (id.endsWith(lazy) ? `export * from ${JSON.stringify(id.slice(0, -lazy.length))}` : null),
}

/** Returns the chunks that only re-export names of another chunk, each with that chunk. */
function forwardedChunks(chunks: readonly OutputChunk[]): ReadonlyMap<string, string> {
  const forwarded = new Map<string, string>()
  for (const { fileName, code, isDynamicEntry } of chunks) {
    const [, names = '', target] = /^export \{ ([^}]+) \} from "\.\/([^"]+)";\s*$/.exec(code) ?? []
    if (isDynamicEntry && target && !names.includes(' as ')) forwarded.set(fileName, target)
  }
  return forwarded
}
