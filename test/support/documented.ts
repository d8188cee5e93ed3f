/** Runs functions that the documentation shows. */

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Returns a function that a js block of a page declares. It may use nothing else of its block. */
export async function documentedFunction<F>(page: string, name: string): Promise<F> {
  const text = readFileSync(fileURLToPath(new URL(`../../docs/${page}`, import.meta.url)), 'utf8')
  const [source] = new RegExp(`^(?:async )?function ${name}\\(.*?^}`, 'ms').exec(text) ?? []
  const module = await import(`data:text/javascript,${encodeURIComponent(`export default ${source}`)}`)
  return module.default as F
}
