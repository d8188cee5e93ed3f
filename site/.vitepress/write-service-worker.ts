/** Writes the service worker that keeps the live page available offline. */

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const source = fileURLToPath(new URL('../live/service-worker.ts', import.meta.url))
const page = 'live.html'

export async function writeServiceWorker(directory: string): Promise<void> {
  const html = readFileSync(join(directory, page))
  const files = [
    { url: page, revision: createHash('sha256').update(html).digest('hex').slice(0, 16) },
    // Their names contain a hash of their content.
    ...assetsOf(page, directory).map((url) => ({ url, revision: null })),
  ]
  await build({
    entryPoints: [source],
    outfile: join(directory, 'service-worker.js'),
    bundle: true,
    minify: true,
    define: { precachedFiles: JSON.stringify(files), 'process.env.NODE_ENV': '"production"' },
    logLevel: 'warning',
  })
}

/** Fonts of other scripts, and the search over all pages, which is of no use without those pages. */
const leftOut = /inter-(?!roman-latin\.)|localSearchIndex|VPLocalSearchBox/

/** Returns the assets that a file names, those that these name, and so on. */
function assetsOf(page: string, directory: string): string[] {
  const found = new Set<string>()
  const visit = (file: string) => {
    const text = readFileSync(join(directory, file), 'utf8')
    for (const [, name] of text.matchAll(/\bassets\/((?:chunks\/)?[\w@.-]+\.(?:js|css|woff2))/g))
      add(`assets/${name}`)
    for (const [, path] of text.matchAll(/["'](\.{1,2}\/[\w@./-]+\.js)["']/g))
      add(new URL(path!, `file:///${file}`).pathname.slice(1))
  }
  const add = (file: string) => {
    if (found.has(file) || leftOut.test(file)) return
    found.add(file)
    if (!file.endsWith('.woff2')) visit(file)
  }
  visit(page)
  return [...found]
}
