/** Builds the pages like an application: with Vite, for production. */

import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

/** Builds one page and resolves to its folder. */
export async function buildPage(name) {
  const outDir = mkdtempSync(join(tmpdir(), 'bert-embed-bench-'))
  const root = fileURLToPath(new URL(`pages/${name}`, import.meta.url))
  await build({
    root,
    base: './',
    logLevel: 'error',
    worker: { format: 'es' },
    build: { outDir, emptyOutDir: true, target: 'esnext', chunkSizeWarningLimit: 10_000 },
  })
  return outDir
}
