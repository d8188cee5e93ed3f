/** Finds links between pages of the built site that lead to no page or to no heading. */

import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'

/**
 * @param base The address below which the site is served.
 * @throws {Error} that lists the dead links, by page.
 */
export function checkLinks(directory: string, base: string): void {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' })
  const pages = new Map(
    files
      .filter((file) => file.endsWith('.html'))
      .map((file) => [file, readPage(readFileSync(join(directory, file), 'utf8'))]),
  )
  const exists = (path: string) => files.includes(path)

  const dead: string[] = []
  for (const [file, { links }] of pages)
    for (const link of links) {
      if (!link.startsWith(base) && !link.startsWith('#')) {
        if (!/^[a-z]+:/.test(link)) dead.push(`${file}: ${link} is not below ${base}`)
        continue
      }
      const [path = '', id] = link.split('#')
      const target = link.startsWith('#') ? file : toFile(path.slice(base.length), exists)
      const page = target === undefined ? undefined : pages.get(target)
      if (target === undefined) dead.push(`${file}: no page ${link}`)
      else if (id && page && !page.ids.has(decodeURIComponent(id))) dead.push(`${file}: no heading ${link}`)
    }
  if (dead.length > 0) throw new Error(`${dead.length} dead links:\n${dead.join('\n')}`)
}

/** The file that a server sends for an address without `.html`. */
function toFile(path: string, exists: (path: string) => boolean): string | undefined {
  const address = decodeURIComponent(path.replace(/\?.*/, ''))
  return [address, `${address}.html`, posix.join(address, 'index.html')].find(
    (file) => file !== '' && exists(file) && /\.\w+$/.test(file),
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
