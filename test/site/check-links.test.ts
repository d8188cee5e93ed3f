/** The check of the built site's links. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { checkLinks } from '../../site/.vitepress/check-links.js'
import { toAddress } from '../../site/.vitepress/pages.js'

function check(files: Readonly<Record<string, string>>, base = '/'): () => void {
  const directory = mkdtempSync(join(tmpdir(), 'bert-embed-site-'))
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true })
    writeFileSync(join(directory, name), content)
  }
  return () => {
    try {
      checkLinks(directory, base)
    } finally {
      rmSync(directory, { recursive: true })
    }
  }
}

const search = '<h2 id="top-k">Top k</h2><a href="/">home</a>'

test('links to pages, headings, files and other sites are good', () => {
  const links = ['/search', '/search#top-k', '#here', '/icon.svg', '/api/', 'https://example.com/']
  const index = `<h2 id="here"></h2>${links.map((link) => `<a class="x" href="${link}">x</a>`).join('')}`
  const files = { 'index.html': index, 'search.html': search, 'icon.svg': '<svg/>', 'api/index.html': '' }
  expect(check(files)).not.toThrow()
})

test.each([
  ['no page /nowhere', '<a href="/search"></a><a href="/nowhere"></a>'],
  ['no page /search.md', '<a href="/search"></a><a href="/search.md"></a>'],
  ['no heading /search#nothing', '<a href="/search#nothing"></a>'],
  ['no heading #nothing', '<a href="/search"></a><a href="#nothing"></a>'],
  ['no link leads to search.html', ''],
])('the build fails with "%s"', (message, index) => {
  expect(check({ 'index.html': index, 'search.html': search })).toThrow(message)
})

test('below a base, links have to begin with it', () => {
  const good = { 'index.html': '<a href="/docs/search"></a>', 'search.html': '<a href="/docs/"></a>' }
  expect(check(good, '/docs/')).not.toThrow()
  expect(check({ ...good, 'search.html': search }, '/docs/')).toThrow('no page /, in search.html')
})

test.each([
  ['docs/search.md', 'search.md'],
  ['docs/es/walkthrough.md', 'es/walkthrough.md'],
  ['site/live.md', 'live.md'],
  ['examples/workers/README.md', 'examples/workers.md'],
  ['SECURITY.md', 'security.md'],
  ['test/fixtures/README.md', undefined],
])('%s has the address %s', (path, address) => {
  expect(toAddress(path)).toBe(address)
})
