/** The Node build, made from the sources as they are: a worker thread starts from a file, and not from TypeScript. */

import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('../..', import.meta.url))

export interface NodeBuild {
  readonly folder: string
  /** The code of a worker thread. */
  readonly worker: string
  remove(): void
}

/** Builds `node.js` and the worker beside it into a new folder, with the dependencies of the repository. */
export async function buildNode(format: 'esm' | 'cjs'): Promise<NodeBuild> {
  const folder = mkdtempSync(join(tmpdir(), 'bert-embed-node-'))
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction')
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ type: format === 'esm' ? 'module' : 'commonjs' }),
  )
  await build({
    absWorkingDir: root,
    entryPoints: { node: 'src/node.ts', 'ort-worker.node': 'src/backends/ort-worker.node.ts' },
    outdir: folder,
    bundle: true,
    splitting: format === 'esm',
    format,
    packages: 'external',
    platform: 'node',
    target: 'es2022',
    logLevel: 'error',
    // As tsup.config.ts has it.
    define: format === 'cjs' ? { 'import.meta.url': 'undefined' } : {},
  })
  return {
    folder,
    worker: join(folder, 'ort-worker.node.js'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
