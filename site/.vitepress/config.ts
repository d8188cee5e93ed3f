/** The documentation site: the Markdown of the repository, and the reference that typedoc writes to site/api. */

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitepress'
import { checkLinks } from './check-links.js'
import { linkPages } from './link-pages.js'
import { excludedFolders, toAddress } from './pages.js'
import { resolveVue } from './resolve-vue.js'
import { nav, sidebar } from './sidebar.js'

const { description, repository } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
)

export default defineConfig({
  title: 'bert-embed',
  description,
  lang: 'en',
  base: process.env.SITE_BASE ?? '/',
  srcDir: '..',
  srcExclude: ['README.md', ...excludedFolders.map((folder) => `${folder}/**`)],
  rewrites: (path) => toAddress(path) ?? path,
  cleanUrls: true,
  markdown: {
    config: (markdown) => linkPages(markdown, repository && `${repository.url}/blob/main`),
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
  },
  vite: {
    publicDir: fileURLToPath(new URL('../public', import.meta.url)),
    plugins: [resolveVue],
  },
  themeConfig: {
    nav,
    sidebar,
    outline: [2, 3],
    search: { provider: 'local' },
  },
  buildEnd: ({ outDir, site }) => checkLinks(outDir, site.base),
})
