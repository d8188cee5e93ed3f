/** Finds Vue for the pages that are outside of site/, where it is installed. */

import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vitepress'

const page = fileURLToPath(new URL('../index.md', import.meta.url))

export const resolveVue: Plugin = {
  name: 'resolve-vue',
  enforce: 'pre',
  resolveId(source, _, options) {
    if (!/^vue(?:$|\/)/.test(source)) return null
    if (options.ssr) return { id: source, external: true }
    return this.resolve(source, page, { ...options, skipSelf: true })
  },
}
