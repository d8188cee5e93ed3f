/**
 * Finds a Firefox, and opens pages in it without a driver: playwright-core's needs a patched Firefox, and others need a
 * further program. As a script, installs Debian's Firefox if there is none and the machine allows it.
 */

import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { argv, env, getuid, platform } from 'node:process'
import { fileURLToPath } from 'node:url'

const names = ['firefox', 'firefox-esr']

const applications = [
  '/Applications/Firefox.app/Contents/MacOS/firefox',
  'C:\\Program Files\\Mozilla Firefox\\firefox.exe',
]

/** Settings of a profile that opens no pages of its own, and that keeps the browser from sending requests of its own. */
const settings = {
  'app.normandy.enabled': false,
  'app.update.disabledForTesting': true,
  'browser.aboutwelcome.enabled': false,
  'browser.safebrowsing.update.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.homepage_override.mstone': 'ignore',
  'datareporting.policy.dataSubmissionEnabled': false,
  'extensions.update.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'services.settings.server': 'data:,',
  'termsofuse.bypassNotification': true,
  'toolkit.telemetry.enabled': false,
}

/**
 * Returns the path of a Firefox: `BERT_EMBED_FIREFOX`, or one of the usual names.
 *
 * @returns {string | undefined} `undefined` if there is none
 */
export function locateFirefox() {
  if (env.BERT_EMBED_FIREFOX) return env.BERT_EMBED_FIREFOX
  const inPath = (env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)))
  return [...inPath, ...applications].find((path) => existsSync(path))
}

/** Opens a page in a headless Firefox with an empty profile, which is deleted when the browser is closed. */
export function openFirefox(firefox, url) {
  const profile = mkdtempSync(join(tmpdir(), 'bert-embed-firefox-'))
  const lines = Object.entries(settings).map(
    ([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});`,
  )
  writeFileSync(join(profile, 'user.js'), lines.join('\n'))
  const browser = spawn(firefox, ['--headless', '--no-remote', '--profile', profile, url], {
    stdio: 'ignore',
  })
  const ended = once(browser, 'exit')
  let isClosing = false
  const failed = ended.then(([code]) =>
    isClosing ? new Promise(() => {}) : Promise.reject(new Error(`Firefox ended with ${code}.`)),
  )
  // The browser may end before anybody waits.
  failed.catch(() => {})
  return {
    failed,
    async close() {
      isClosing = true
      browser.kill()
      await ended.catch(() => {})
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

if (argv[1] === fileURLToPath(import.meta.url) && locateFirefox() === undefined) {
  const isDebianRoot = platform === 'linux' && getuid?.() === 0 && existsSync('/etc/debian_version')
  try {
    if (!isDebianRoot) throw new Error('only root on Debian can install it')
    // A network that does not answer costs the tests in Firefox, and not the whole run.
    const options = { stdio: 'inherit', timeout: 180_000 }
    execFileSync('apt-get', ['update', '-qq'], options)
    const flags = ['-y', '-qq', '--no-install-recommends']
    execFileSync('apt-get', ['install', ...flags, 'firefox-esr'], options)
  } catch (error) {
    // The tests in Firefox are skipped.
    console.log(`There is no Firefox for the tests, and none was installed: ${error.message}`)
  }
}
