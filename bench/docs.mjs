/**
 * Writes the last results into the documentation: tables between the markers of docs/performance.md, and plots to docs/images.
 *
 *     node bench/docs.mjs [RESULTS]
 *
 * RESULTS is the output directory of bench.mjs, soak.mjs and kernels.mjs.
 */

import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readResults, writeResults } from './compare/results.mjs'
import { reportTables } from './compare/tables.mjs'

const folder = process.argv[2] ?? fileURLToPath(new URL('.results', import.meta.url))
const page = new URL('../docs/performance.md', import.meta.url)
const images = fileURLToPath(new URL('../docs/images/', import.meta.url))

if (existsSync(join(folder, 'results.json'))) {
  const results = readResults(folder)
  writeResults(folder, results) // Draws the plots again with the current code.
  const pictures = Object.entries(results.shapes)
    .filter(([, { corpora }]) => corpora.mixed)
    .map(
      ([name, { shape }]) =>
        `![Texts per second and peak memory, ${shape}](images/bench-${name}-mixed.svg)\n\n`,
    )
  fill('bench', `\n${pictures.join('')}${reportTables(results)}\n`)
}
if (existsSync(join(folder, 'kernels.md'))) fill('kernels', readFileSync(join(folder, 'kernels.md'), 'utf8'))
for (const name of readdirSync(folder).filter((file) => file.endsWith('.svg')))
  copyFileSync(join(folder, name), join(images, `bench-${name}`))

/** Replaces the content between the markers of a block. */
function fill(block, content) {
  const text = readFileSync(page, 'utf8')
  const marked = new RegExp(`(<!-- ${block} -->\\n).*(<!-- /${block} -->)`, 's')
  if (!marked.test(text))
    throw new Error(`docs/performance.md has no <!-- ${block} --> … <!-- /${block} -->.`)
  writeFileSync(
    page,
    text.replace(marked, (_, start, end) => `${start}${content}${end}`),
  )
}
