/** Finds links of the built site that lead to no page or to no heading, and pages that no link leads to. */

import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'

/**
 * @param base The address below which the site is served.
 * @throws {Error} that lists what was found.
 */
export function checkLinks(directory: string, base: string): void {
  const files = new Set(readdirSync(directory, { recursive: true, encoding: 'utf8' }))
  const pages = new Map(
    [...files]
      .filter((file) => file.endsWith('.html'))
      .map((file) => [file, readPage(readFileSync(join(directory, file), 'utf8'))]),
  )
  /** Each fault, with the pages that have it. */
  const faults = new Map<string, string[]>()
  const linked = new Set(['index.html', '404.html'])

  for (const [file, { links }] of pages)
    for (const link of links) {
      if (/^[a-z]+:/.test(link)) continue
      const [path, id] = link.split('#') as [string, string | undefined]
      const target = path === '' ? file : toFile(path, { base, files })
      if (target !== file && target !== undefined) linked.add(target)
      const ids = pages.get(target ?? '')?.ids
      const fault =
        target === undefined
          ? `no page ${link}`
          : id && ids && !ids.has(decodeURIComponent(id)) && `no heading ${link}`
      if (fault) faults.set(fault, [...(faults.get(fault) ?? []), file])
    }
  for (const file of pages.keys()) if (!linked.has(file)) faults.set(`no link leads to ${file}`, [file])

  const lines = Array.from(faults, ([fault, [file, ...others]]) => {
    return `${fault}, in ${file}${others.length > 0 ? ` and ${others.length} other pages` : ''}`
  })
  if (lines.length > 0) throw new Error(`The site has ${lines.length} broken links:\n${lines.join('\n')}`)
}

/** The file that a server sends for an address, which has no `.html`. */
function toFile(
  path: string,
  { base, files }: { readonly base: string; readonly files: ReadonlySet<string> },
): string | undefined {
  if (!path.startsWith(base)) return undefined
  const address = decodeURIComponent(path.slice(base.length))
  return [address, `${address}.html`, posix.join(address, 'index.html')].find(
    (file) => /\.\w+$/.test(file) && files.has(file),
  )
}

interface Page {
  readonly links: readonly string[]
  readonly ids: ReadonlySet<string>
}

function readPage(html: string): Page {
  const values = (name: string) =>
    Array.from(html.matchAll(new RegExp(`<[^>]* ${name}="([^"]*)"`, 'g')), ([, value]) =>
      value!.replaceAll('&amp;', '&'),
    )
  return { links: values('href'), ids: new Set(values('id')) }
}
