/** The documentation site: the Markdown of the repository, and the reference that typedoc writes to site/api. */

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitepress'
import { toPageUrl } from '../../scripts/release/find-problems.mjs'
import { checkLinks } from './check-links.js'
import { linkPages } from './link-pages.js'
import { packSmallModel } from './pack-model.js'
import { excludedFolders, toAddress } from './pages.js'
import { resolvePackages } from './resolve-packages.js'
import { nav, sidebar } from './sidebar.js'
import { spanish } from './spanish.js'
import { strictLogger } from './strict-logger.js'
import { relaxTableHeaders } from './table-headers.js'
import { writeServiceWorker } from './write-service-worker.js'

const { description, repository } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
)

/** The address below which the site is served, such as `/bert-embed/`. */
const base = (process.env.SITE_BASE ?? '').replace(/\/?$/, '/')

export default defineConfig({
  title: 'bert-embed',
  description,
  base,
  srcDir: '..',
  srcExclude: ['README.md', ...excludedFolders.map((folder) => `${folder}/**`)],
  rewrites: (path) => toAddress(path) ?? path,
  cleanUrls: true,
  // The live page loads the library with its model, when the reader asks for it.
  shouldPreload: (link) => !link.includes('/loaded-model.'),
  locales: {
    root: { label: 'English', lang: 'en' },
    es: { label: 'Español', lang: 'es', link: '/es/walkthrough', themeConfig: spanish },
  },
  head: [['link', { rel: 'icon', href: `${base}icon.svg`, type: 'image/svg+xml' }]],
  markdown: {
    config(markdown) {
      linkPages(markdown, repository && `${toPageUrl(repository.url)}/blob/main`)
      relaxTableHeaders(markdown)
    },
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
  },
  vite: {
    customLogger: strictLogger,
    // The index of the search is one chunk, which is loaded when a reader searches.
    build: { chunkSizeWarningLimit: 2000 },
    publicDir: fileURLToPath(new URL('../public', import.meta.url)),
    plugins: [resolvePackages],
    define: { packedModel: JSON.stringify(await packSmallModel()) },
    worker: { format: 'es', plugins: () => [resolvePackages] },
    optimizeDeps: { exclude: ['bert-embed'] },
  },
  themeConfig: {
    nav,
    sidebar,
    outline: [2, 3],
    // A page in one language has no copy in the other one.
    i18nRouting: false,
    search: { provider: 'local' },
  },
  async buildEnd({ outDir, site }) {
    checkLinks(outDir, site.base)
    await writeServiceWorker(outDir)
  },
})
