/** A real Chromium for tests: finding one, and starting it without a window. */

import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'

/**
 * The path of a Chromium: `BERT_EMBED_CHROMIUM`, `CHROME_PATH`, the usual names, or the one that playwright downloaded.
 *
 * @throws {Error} when there is none
 */
export function findChromium(): string {
  const { BERT_EMBED_CHROMIUM, CHROME_PATH, PATH = '' } = process.env
  const named = BERT_EMBED_CHROMIUM || CHROME_PATH
  if (named) return named
  const inPath = PATH.split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)))
  const found = [...inPath, ...applications, chromium.executablePath()].find((path) => existsSync(path))
  if (found === undefined)
    throw new Error(
      'There is no Chromium on this machine: install one (apt-get install chromium, npx playwright-core install ' +
        'chromium), or name yours in the environment variable BERT_EMBED_CHROMIUM.',
    )
  return found
}

/** Starts a Chromium. Close it after use: `await browser.close()`. */
export function launchChromium(extraFlags: readonly string[] = []): Promise<Browser> {
  return chromium.launch({ executablePath: findChromium(), args: [...flags, ...extraFlags] })
}

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']

const applications = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
]

/** Containers have no sandbox to give; the rest keeps the browser from asking the network for things of its own. */
const flags = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
