/**
 * Takes the screenshots of the examples for docs/images. Install and build each example first.
 *
 *   node examples/screenshots.mjs
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { preview, runnerImport } from 'vite'

const { module } = await runnerImport(pathOf('../test/support/browser.ts'))
const desktop = { width: 1200, height: 800 }
const phone = { width: 390, height: 844 }

const browser = await module.launchChromium()
try {
  await semanticSearch()
  await nextApp()
} finally {
  await browser.close()
}

async function semanticSearch() {
  const server = await preview({
    root: pathOf('semantic-search'),
    preview: { port: 0 },
    logLevel: 'error',
  })
  const [url] = server.resolvedUrls.local
  const search = async (page) => {
    await page.locator('[data-ready]').waitFor()
    await page.getByRole('combobox', { name: 'Query' }).fill('boats caught in a gale')
    await page.locator('#results .best').first().waitFor()
  }
  await takePicture('semantic-search-light', url, { viewport: desktop, colorScheme: 'light' }, search)
  await takePicture('semantic-search-dark', url, { viewport: desktop, colorScheme: 'dark' }, async (page) => {
    await search(page)
    await page.locator('#map .best', { hasText: '4' }).hover()
  })
  await takePicture('semantic-search-phone', url, { viewport: phone, colorScheme: 'light' }, search)
  await server.close()
}

async function nextApp() {
  const cwd = pathOf('next-app')
  const next = spawn('node', ['node_modules/next/dist/bin/next', 'start', '--port', '0'], { cwd })
  let output = ''
  while (!output.includes('Ready')) output += (await once(next.stdout, 'data'))[0]
  const [url] = output.match(/http:\/\/localhost:\d+/)
  await takePicture('next-app', url, { viewport: { width: 1000, height: 620 } }, (page) =>
    page.locator('#difference').waitFor(),
  )
  next.kill()
}

async function takePicture(name, url, options, prepare) {
  const page = await browser.newPage({ ...options, deviceScaleFactor: 1.5, reducedMotion: 'reduce' })
  await page.goto(url)
  await prepare(page)
  await page.screenshot({ path: pathOf(`../docs/images/${name}.png`) })
  await page.close()
}

function pathOf(path) {
  return fileURLToPath(new URL(path, import.meta.url))
}
