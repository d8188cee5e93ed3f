/** The order in which the pages are read. */

import { readFileSync } from 'node:fs'
import type { DefaultTheme } from 'vitepress'

export const nav: DefaultTheme.NavItem[] = [
  { text: 'Guide', link: '/models' },
  { text: 'API', link: '/api/' },
]

export const sidebar: DefaultTheme.Sidebar = [
  {
    text: 'Guide',
    items: [{ text: 'Which model, which dtype', link: '/models' }],
  },
  {
    text: 'API reference',
    collapsed: true,
    items: JSON.parse(readFileSync(new URL('../api/typedoc-sidebar.json', import.meta.url), 'utf8')),
  },
]
