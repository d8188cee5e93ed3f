/** Builds the package for Node from the current sources, because a worker thread cannot start from TypeScript. */

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('../..', import.meta.url))

export interface NodeBuild {
  readonly folder: string
  /** Path of the code of onnxruntime-node's worker. */
  readonly worker: string
  /** Path of the code of the engine's worker. */
  readonly engineWorker: string
  remove(): void
}

/**
 * Builds `node.js` and the workers into a new folder that links to the dependencies of the repository. `withOrt: false`
 * leaves out onnxruntime-node.
 */
export async function buildNode(
  format: 'esm' | 'cjs',
  { withOrt = true }: { readonly withOrt?: boolean } = {},
): Promise<NodeBuild> {
  const folder = mkdtempSync(join(tmpdir(), 'bert-embed-node-'))
  const dependencies = withOrt
    ? ['node_modules']
    : ['@huggingface', 'onnxruntime-common'].map((name) => join('node_modules', name))
  if (!withOrt) mkdirSync(join(folder, 'node_modules'))
  for (const name of dependencies) symlinkSync(join(root, name), join(folder, name), 'junction')
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ type: format === 'esm' ? 'module' : 'commonjs' }),
  )
  await build({
    absWorkingDir: root,
    entryPoints: {
      node: 'src/node.ts',
      'ort-worker.node': 'src/backends/ort/ort-worker.node.ts',
      'engine-worker.node': 'src/backends/engine/engine-worker.node.ts',
    },
    outdir: folder,
    bundle: true,
    splitting: format === 'esm',
    format,
    packages: 'external',
    platform: 'node',
    target: 'es2022',
    logLevel: 'error',
    // The same definition as in tsup.config.ts.
    define: format === 'cjs' ? { 'import.meta.url': 'undefined' } : {},
  })
  return {
    folder,
    worker: join(folder, 'ort-worker.node.js'),
    engineWorker: join(folder, 'engine-worker.node.js'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
