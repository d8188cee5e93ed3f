/** The built documentation site in Chromium. `npm test` builds it first. */

import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { violationsOf } from '../support/axe.js'
import { launchChromium } from '../support/browser.js'
import { type StaticServer, serveFolder } from '../support/static-server.js'

const site = fileURLToPath(new URL('../../site/.vitepress/dist', import.meta.url))

/** One page of the API of each kind stands for the others, which typedoc makes in the same way. */
const apiPages = [
  '/api/',
  '/api/bert-embed/',
  '/api/bert-embed/functions/semanticSearch',
  '/api/bert-embed/interfaces/Embedder',
  '/api/bert-embed/type-aliases/ErrorCode',
  '/api/bert-embed/classes/BertEmbedError',
]
const pages = readdirSync(site, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.html'))
  .map((file) => `/${file.replaceAll('\\', '/').replace(/(?:index)?\.html$/, '')}`)
  .filter((path) => !path.startsWith('/api/') || apiPages.includes(path))

/** The rules of axe whose result depends on the width or on the colours. */
const whatNarrowAndDarkChange = [
  'color-contrast',
  'link-in-text-block',
  'scrollable-region-focusable',
  'target-size',
]

let browser: Browser
let server: StaticServer
beforeAll(async () => {
  server = await serveFolder(site, { cleanUrls: true })
  browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
  await server?.close()
})

test('the site has a page for each Markdown file in docs', () => {
  const names = readdirSync(new URL('../../docs', import.meta.url)).filter((name) => name.endsWith('.md'))
  expect(pages).toEqual(expect.arrayContaining(names.map((name) => `/${name.replace('.md', '')}`)))
  expect(pages).toEqual(expect.arrayContaining(apiPages))
})

describe('every page', () => {
  let page: Page
  let complaints: string[] = []
  beforeAll(async () => {
    page = await browser.newPage({ reducedMotion: 'reduce' })
    page.on('pageerror', ({ message }) => complaints.push(message))
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  })
  afterAll(() => page?.close())

  test.each(pages)('%s is accessible, fits on a phone and reports no error', async (path) => {
    complaints = []
    await page.setViewportSize({ width: 1280, height: 800 })
    await page.emulateMedia({ colorScheme: 'light' })
    await page.goto(server.url + path)
    await page.waitForSelector('.VPContent')
    expect(await violationsOf(page)).toEqual([])

    await page.setViewportSize({ width: 360, height: 800 })
    await page.emulateMedia({ colorScheme: 'dark' })
    await page.waitForSelector('html.dark')
    expect(await violationsOf(page, whatNarrowAndDarkChange)).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360)
    expect(complaints).toEqual([])
  })
})

test('the search of the site finds a page by its words', async () => {
  await using page = await browser.newPage()
  await page.goto(`${server.url}/start`)
  await page.keyboard.press('/')
  await page.getByRole('searchbox').or(page.getByPlaceholder('Search')).fill('rescoring')
  const first = page.getByRole('listbox').getByRole('option').first()
  await first.waitFor()
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/(?:search|quantisation)(?:#.*)?$/)
})
