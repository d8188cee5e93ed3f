/** Finds Vue, which is installed in site/, for the pages outside of it, and leaves ONNX Runtime out of the site. */

import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vitepress'

const page = fileURLToPath(new URL('../index.md', import.meta.url))

export const resolvePackages: Plugin = {
  name: 'resolve-packages',
  enforce: 'pre',
  resolveId(source, _, options) {
    if (/^vue(?:$|\/)/.test(source))
      return options.ssr
        ? { id: source, external: true }
        : this.resolve(source, page, { ...options, skipSelf: true })
    // The live page runs models on the engine. Bundled, ONNX Runtime would add 26 MB to the site.
    if (/^onnxruntime-web(?:$|\/)/.test(source)) return { id: source, external: true }
    return null
  },
}
