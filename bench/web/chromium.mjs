/** A Chromium with a profile of its own, and how much memory its processes have taken. Linux only: it reads /proc. */

import { readdirSync, readFileSync } from 'node:fs'
import { chromium } from 'playwright-core'
import { chromiumFlags, findChromium } from '../../scripts/chromium.mjs'

/** How often memory is looked at. Between two looks the kernel keeps the peak, but anyone may set that back. */
const sampleMs = 250

/** Opens a page in a new browser. Browsers that are given the same profile directory share its caches. */
export async function openPage(url, profile) {
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: findChromium(),
    args: chromiumFlags,
  })
  const peak = { renderer: 0, browser: 0 }
  const sample = () => {
    for (const [kind, megabytes] of Object.entries(readMemory(profile)))
      peak[kind] = Math.max(peak[kind], megabytes)
    return peak
  }
  const timer = setInterval(sample, sampleMs)
  const [page] = context.pages()
  page.setDefaultTimeout(0)
  page.on('pageerror', (error) => console.error(`${url}: ${error.stack ?? error}`))
  await page.goto(url)
  await page.waitForFunction(() => 'system' in globalThis)
  return {
    page,
    /** The most resident memory, in MB, that the page's process and the browser's own process have had so far. */
    memory: () => ({ ...sample() }),
    close() {
      clearInterval(timer)
      return context.close()
    },
  }
}

function readMemory(profile) {
  const processes = readProcesses()
  const browser = processes.find(
    ({ type, command }) => !type && command.includes(`--user-data-dir=${profile}`),
  )
  if (!browser) return {}
  const isBelow = ({ pid, parent }) =>
    pid === browser.pid || (parent > 1 && processes.some((other) => other.pid === parent && isBelow(other)))
  // Chromium keeps spare renderers: the page's is the one that has grown.
  const renderers = processes.filter((one) => one.type === 'renderer' && isBelow(one))
  return { renderer: Math.max(0, ...renderers.map(({ peak }) => peak)), browser: browser.peak }
}

function readProcesses() {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ')
        const status = readFileSync(`/proc/${pid}/status`, 'utf8')
        const field = (name) => Number(status.match(`${name}:\\s+(\\d+)`)?.[1])
        const type = command.match(/--type=(\S+)/)?.[1]
        return { pid: Number(pid), parent: field('PPid'), type, command, peak: (field('VmHWM') * 1024) / 1e6 }
      } catch {
        return [] // It has ended meanwhile.
      }
    })
}
