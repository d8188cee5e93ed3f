/** Makes empty header cells of tables plain cells: a screen reader has nothing to read out as their header. */

import type { MarkdownRenderer } from 'vitepress'

export function relaxTableHeaders(markdown: MarkdownRenderer): void {
  markdown.core.ruler.push('table-headers', ({ tokens }) => {
    for (const [i, open] of tokens.entries()) {
      if (open.type !== 'th_open' || tokens[i + 1]?.content !== '') continue
      open.tag = tokens[i + 2]!.tag = 'td'
    }
  })
}
