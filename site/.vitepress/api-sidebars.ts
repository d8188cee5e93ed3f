/** The sidebars of the API reference, from the one that typedoc wrote: one for each entry of the package. */

import { existsSync, readFileSync } from 'node:fs'
import type { DefaultTheme } from 'vitepress'

type Item = DefaultTheme.SidebarItem

/** What typedoc wrote: an entry has kinds of exports, such as functions, and entries below it. Entries have a link. */
interface Entry {
  readonly text: string
  readonly link?: string
  readonly items: readonly Entry[]
}

/** The key is the start of the address, such as `/api/bert-embed/core/`. */
export function apiSidebars(): DefaultTheme.SidebarMulti {
  const file = new URL('../api/typedoc-sidebar.json', import.meta.url)
  if (!existsSync(file)) throw new Error('site/api is missing: run typedoc first, as `npm run site` does.')
  const [root] = JSON.parse(readFileSync(file, 'utf8')) as [Entry]
  const entries = [root, ...root.items.filter(({ link }) => link !== undefined)]
  const list: Item = {
    text: 'Entries of the package',
    items: entries.map(({ link }) => ({ text: nameOf(link!), link })),
  }
  return {
    '/api/': [list],
    ...Object.fromEntries(entries.map((entry) => [entry.link, [list, ...exportsOf(entry)]])),
  }
}

/** `/api/bert-embed/core/` to `bert-embed/core`. */
function nameOf(link: string): string {
  return link.slice('/api/'.length, -1)
}

/** Without typedoc's `collapsed`: the theme would make a button within a button of it. */
function exportsOf({ items }: Entry): Item[] {
  return items
    .filter(({ link }) => link === undefined)
    .map(({ text, items }) => ({ text, items: items.map(({ text, link }) => ({ text, link })) }))
}
