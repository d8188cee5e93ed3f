/** A real Chromium for tests: finding one, and starting it without a window. */

import { type Browser, chromium } from 'playwright-core'
import { locateChromium } from '../../scripts/chromium.mjs'

export { locateChromium }

/** As {@link locateChromium}. @throws {Error} when there is none */
export function findChromium(): string {
  const found = locateChromium()
  if (found === undefined)
    throw new Error(
      'There is no Chromium on this machine: install one (apt-get install chromium, npx playwright-core install ' +
        'chromium), or name yours in the environment variable BERT_EMBED_CHROMIUM.',
    )
  return found
}

/** Starts a Chromium. Close it after use: `await browser.close()`. */
export function launchChromium(extraFlags: readonly string[] = []): Promise<Browser> {
  return chromium.launch({ executablePath: findChromium(), args: [...chromiumFlags, ...extraFlags] })
}

/** Containers have no sandbox to give; the rest keeps the browser from asking the network for things of its own. */
export const chromiumFlags = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
