/**
 * Turns the relative links of a Markdown file into addresses of the site. In the repository they point to files, which
 * are elsewhere on the site, or not on it.
 */

import { existsSync } from 'node:fs'
import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { MarkdownRenderer } from 'vitepress'
import { home, toAddress } from './pages.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** @param repository Address of the folder on the Web that has the files of the repository; without one, a link to a file is left out, and its text stays. */
export function linkPages(markdown: MarkdownRenderer, repository: string | undefined): void {
  markdown.core.ruler.push('link-pages', ({ tokens, env }) => {
    const folder = posix.dirname(posix.relative(root, env.realPath ?? env.path))
    for (const { children } of tokens) {
      const isOpen: boolean[] = []
      for (const token of children ?? []) {
        if (token.type === 'link_open') {
          const href = toHref(token.attrGet('href') ?? '', { folder, repository })
          isOpen.push(href !== undefined)
          if (href === undefined) token.type = token.tag = 'text'
          else token.attrSet('href', href)
        } else if (token.type === 'link_close' && !isOpen.pop()) token.type = token.tag = 'text'
      }
    }
  })
}

interface Place {
  /** Of the page, in the repository. */
  readonly folder: string
  readonly repository: string | undefined
}

function toHref(href: string, { folder, repository }: Place): string | undefined {
  if (/^(?:[a-z]+:|#|\/)/i.test(href)) return href
  const [, target, anchor] = /^([^#]*)(.*)$/.exec(href)!
  const path = posix.join(folder, target!)
  if (path === home) return `/${anchor}`
  const address = toAddress(path)
  if (address !== undefined) return `/${address}${anchor}`
  if (!existsSync(posix.join(root, path))) throw new Error(`${folder}: the link ${href} points to no file.`)
  return repository && `${repository}/${path}${anchor}`
}
