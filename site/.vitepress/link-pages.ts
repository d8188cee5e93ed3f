/**
 * Turns the relative links of a Markdown file into addresses of the site. In the repository they point to files, which
 * are elsewhere on the site, or not on it.
 */

import { existsSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { MarkdownRenderer } from 'vitepress'
import { home, toAddress } from './pages.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** @param repository Address of the folder on the Web that has the files of the repository; without one, a link to a file is left out, and its text stays. */
export function linkPages(markdown: MarkdownRenderer, repository: string | undefined): void {
  markdown.core.ruler.push('link-pages', ({ tokens, env }) => {
    const path: string | undefined = env.realPath ?? env.path
    if (path === undefined) return // a title alone
    const folder = posix.dirname(posix.relative(root, path))
    for (const { children } of tokens) {
      const isOpen: boolean[] = []
      for (const [i, token] of (children ?? []).entries()) {
        if (token.type === 'link_open') {
          const target = token.attrGet('href') ?? ''
          const href = toHref(target, { folder, repository })
          const text = children![i + 1]!
          if (isFileName(text.content, target)) text.content = readTitle(posix.join(folder, target))
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
  if (path === home) return '/'
  const address = toAddress(path)
  if (address !== undefined) return `/${address}${anchor}`
  if (!existsSync(posix.join(root, path))) throw new Error(`${folder}: the link ${href} points to no file.`)
  return repository && `${repository}/${path}${anchor}`
}

/** Whether a link is written as the path of its file, which tells a reader of the site nothing. */
function isFileName(text: string, target: string): boolean {
  return text.endsWith('.md') && target.endsWith(text.replace(/^docs\//, ''))
}

function readTitle(path: string): string {
  const markdown = readFileSync(posix.join(root, path), 'utf8')
  return /^# (.+)$/m.exec(markdown)?.[1] ?? path
}
