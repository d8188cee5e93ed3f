/** A Chromium with a profile of its own, and how much memory its processes have taken. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chromium } from 'playwright-core'
import { chromiumFlags, findChromium } from '../../scripts/chromium.mjs'
import { watchMemory } from './process-memory.mjs'

/** Opens a page in a new browser. Browsers that are given the same profile directory share its caches. */
export async function openPage(url, profile) {
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: findChromium(),
    args: chromiumFlags,
  })
  const memory = watchMemory(profile)
  const [page] = context.pages()
  page.setDefaultTimeout(0)
  page.on('pageerror', (error) => console.error(`${url}: ${error.stack ?? error}`))
  await page.goto(url)
  await page.waitForFunction(() => 'system' in globalThis)
  return {
    page,
    memory: memory.peak,
    close() {
      memory.stop()
      return context.close()
    },
  }
}

/** The same for a page that nobody looks into: a debugger keeps copies of what the page loads, 20 MB of ours. */
export function openAlone(url, profile) {
  const args = [...chromiumFlags, '--headless', `--user-data-dir=${profile}`, url]
  const browser = spawn(findChromium(), args, { stdio: 'ignore' })
  const memory = watchMemory(profile, { parts: true })
  return {
    memory: memory.peak,
    async close() {
      memory.stop()
      browser.kill()
      await once(browser, 'exit')
    },
  }
}
