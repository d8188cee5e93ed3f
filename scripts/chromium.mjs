/** Finds a Chromium for the tests. As a script, installs one if there is none. */

import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { argv, env, getuid, platform } from 'node:process'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

/** A sandbox does not work in containers. The other flags keep the browser from sending requests of its own. */
export const chromiumFlags = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']

const applications = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
]

/**
 * Returns the path of a Chromium: `BERT_EMBED_CHROMIUM`, `CHROME_PATH`, one of the usual names, or Playwright's download.
 *
 * @returns {string | undefined} `undefined` if there is none
 */
export function locateChromium() {
  const named = env.BERT_EMBED_CHROMIUM || env.CHROME_PATH
  if (named) return named
  const inPath = (env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)))
  return [...inPath, ...applications, chromium.executablePath()].find((path) => existsSync(path))
}

/** Returns the path of {@link locateChromium}. @throws {Error} if there is no Chromium */
export function findChromium() {
  const found = locateChromium()
  if (found === undefined)
    throw new Error(
      'There is no Chromium on this machine: install one (apt-get install chromium, npx playwright-core install ' +
        'chromium), or name yours in the environment variable BERT_EMBED_CHROMIUM.',
    )
  return found
}

/** Installs Debian's package if possible, and otherwise Playwright's download. */
function installChromium() {
  const run = (command, ...args) => execFileSync(command, args, { stdio: 'inherit' })
  if (platform === 'linux' && getuid?.() === 0 && existsSync('/etc/debian_version')) {
    run('apt-get', 'update', '-qq')
    run('apt-get', 'install', '-y', '-qq', '--no-install-recommends', 'chromium')
  } else run('npx', 'playwright-core', 'install', 'chromium')
}

if (argv[1] === fileURLToPath(import.meta.url) && locateChromium() === undefined) {
  console.log('There is no Chromium for the tests: installing one.')
  try {
    installChromium()
  } catch (error) {
    console.error(
      `${error.message}\nInstall a Chromium, or name yours in the environment variable BERT_EMBED_CHROMIUM.`,
    )
    process.exitCode = 1
  }
}
