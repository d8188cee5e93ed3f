/** Starts a Chromium with a separate profile, and measures the memory of its processes. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chromium } from 'playwright-core'
import { chromiumFlags, findChromium } from '../../scripts/chromium.mjs'
import { readCpuSeconds, watchMemory } from './processes.mjs'

/** Opens a page in a new browser. Browsers with the same profile directory share its caches. */
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
    cpuSeconds: () => readCpuSeconds(profile),
    close() {
      memory.stop()
      return context.close()
    },
  }
}

/**
 * Opens a page without a debugger, which would keep copies of the page's files: 20 MB for bert-embed. `parts` also measures the
 * parts of the memory.
 */
export function openAlone(url, profile, { parts = false } = {}) {
  const args = [...chromiumFlags, '--headless', `--user-data-dir=${profile}`, url]
  const browser = spawn(findChromium(), args, { stdio: 'ignore' })
  const memory = watchMemory(profile, { parts })
  return {
    memory: memory.peak,
    cpuSeconds: () => readCpuSeconds(profile),
    async close() {
      memory.stop()
      browser.kill()
      await once(browser, 'exit')
    },
  }
}
