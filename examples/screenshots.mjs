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
  await postgresSearch()
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
  const next = await start('next-app', ['node_modules/next/dist/bin/next', 'start', '--port', '0'], 'Ready')
  await takePicture('next-app', next.url, { viewport: { width: 1000, height: 620 } }, (page) =>
    page.locator('#difference').waitFor(),
  )
  next.kill()
}

async function postgresSearch() {
  const server = await start('postgres-search', ['server.mjs', '--port', '0'], 'http:')
  const options = { viewport: { width: 900, height: 620 }, colorScheme: 'light' }
  await takePicture('postgres-search', server.url, options, async (page) => {
    await page.getByText(/^(\d+) of \1 documents/).waitFor()
    await page.getByRole('searchbox').fill('how do pages cache a model')
    await page.locator('#results li').first().waitFor()
  })
  server.kill()
}

/** Starts a server of an example, and waits until it has printed `ready` and its address. */
async function start(example, args, ready) {
  const server = spawn('node', args, { cwd: pathOf(example) })
  let output = ''
  while (!output.includes(ready)) output += (await once(server.stdout, 'data'))[0]
  const [url] = output.match(/http:\/\/localhost:\d+/)
  return { url, kill: () => server.kill() }
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
