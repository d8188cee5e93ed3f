/**
 * Takes the pictures of the examples that are in docs/images. Each example has to be installed and built before.
 *
 *   node examples/screenshots.mjs
 */

import { fileURLToPath } from 'node:url'
import { preview, runnerImport } from 'vite'

const { module } = await runnerImport(fileURLToPath(new URL('../test/support/browser.ts', import.meta.url)))
const images = fileURLToPath(new URL('../docs/images/', import.meta.url))
const query = 'a storm on the water'

/** The pictures of semantic-search: what the visitor's system asks for, and the size of the window. */
const pictures = [
  { name: 'semantic-search-light', colorScheme: 'light', viewport: { width: 1200, height: 800 } },
  { name: 'semantic-search-dark', colorScheme: 'dark', viewport: { width: 1200, height: 800 } },
  { name: 'semantic-search-phone', colorScheme: 'light', viewport: { width: 390, height: 844 } },
]

const server = await preview({
  root: fileURLToPath(new URL('semantic-search', import.meta.url)),
  preview: { port: 0 },
  logLevel: 'error',
})
const browser = await module.launchChromium()
try {
  for (const { name, ...options } of pictures) {
    const page = await browser.newPage({ ...options, deviceScaleFactor: 1.5, reducedMotion: 'reduce' })
    await page.goto(new URL('?model=small', server.resolvedUrls.local[0]).href)
    await page.locator('[data-ready]').waitFor()
    await page.getByRole('combobox', { name: 'Query' }).fill(query)
    await page.locator('#results .best').first().waitFor()
    if (name.endsWith('dark')) await page.locator('#map .best').first().hover()
    await page.screenshot({ path: `${images}${name}.png` })
    await page.close()
  }
} finally {
  await browser.close()
  await server.close()
}
