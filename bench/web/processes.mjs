/** Measures the memory and the processor time of a Chromium's processes. Linux only, because it reads /proc. */

import { readdirSync, readFileSync } from 'node:fs'

/** Sampling interval. The kernel keeps the peak between two samples, but any process may reset it. */
const sampleMs = 200
/** Linux shows times of processes in this unit on all common architectures. */
const ticksPerSecond = 100

/**
 * Observes the browser with this profile directory. All values are MB of resident memory. Measuring the `parts` uses much of a
 * core, so it must not run while times are measured.
 */
export function watchMemory(profile, { parts: tellsParts = false } = {}) {
  const peak = { renderer: 0, browser: 0, parts: { sum: 0 } }
  const sample = () => {
    const { renderer, browser } = readProcesses(profile)
    peak.renderer = Math.max(peak.renderer, renderer?.peak ?? 0)
    peak.browser = Math.max(peak.browser, browser?.peak ?? 0)
    const parts = tellsParts && renderer && readParts(renderer.pid)
    if (parts?.sum > peak.parts.sum) peak.parts = parts
  }
  const timer = setInterval(sample, sampleMs)
  return {
    /** Peaks of the page's process and the browser's process so far, and the parts of the page near its peak. */
    peak() {
      sample()
      return { ...peak }
    },
    stop: () => clearInterval(timer),
  }
}

/** Returns the processor time of each thread of the page's process so far, in seconds, by the thread's id. */
export function readCpuSeconds(profile) {
  const { renderer } = readProcesses(profile)
  const folder = `/proc/${renderer.pid}/task`
  return new Map(
    readdirSync(folder).flatMap((id) => {
      try {
        // The thread's name, in parentheses, can contain spaces. User and system time are the 14th and the 15th field.
        const fields = readFileSync(`${folder}/${id}/stat`, 'utf8').split(') ').at(-1).split(' ')
        return [[id, (Number(fields[11]) + Number(fields[12])) / ticksPerSecond]]
      } catch {
        return [] // The thread has ended in the meantime.
      }
    }),
  )
}

/** The browser's process and the page's process, if they exist. */
function readProcesses(profile) {
  const processes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ')
        const status = readFileSync(`/proc/${pid}/status`, 'utf8')
        const field = (name) => Number(status.match(`${name}:\\s+(\\d+)`)?.[1])
        const type = command.match(/--type=(\S+)/)?.[1]
        return { pid: Number(pid), parent: field('PPid'), type, command, peak: toMegabytes(field('VmHWM')) }
      } catch {
        return [] // The process has ended in the meantime.
      }
    })
  const browser = processes.find(
    ({ type, command }) => !type && command.includes(`--user-data-dir=${profile}`),
  )
  const isBelow = ({ pid, parent }) =>
    pid === browser?.pid || (parent > 1 && processes.some((other) => other.pid === parent && isBelow(other)))
  // Chromium keeps spare renderers. The page's renderer is the one that has grown.
  const renderers = processes.filter((one) => one.type === 'renderer' && isBelow(one))
  return { browser, renderer: renderers.sort((a, b) => b.peak - a.peak)[0] }
}

/** The resident memory of a process, by purpose. */
function readParts(pid) {
  const parts = { sum: 0, files: 0, code: 0, largest: 0 }
  let part
  try {
    for (const line of readFileSync(`/proc/${pid}/smaps`, 'utf8').split('\n')) {
      const [, permissions, path] = line.match(/^[0-9a-f]+-[0-9a-f]+ (\S+) \S+ \S+ \d+ *(.*)$/) ?? []
      if (permissions) part = path.startsWith('/') ? 'files' : permissions.includes('x') ? 'code' : 'data'
      const resident = toMegabytes(Number(line.match(/^Rss:\s+(\d+)/)?.[1] ?? 0))
      parts.sum += resident
      if (part === 'data') parts.largest = Math.max(parts.largest, resident)
      else if (part) parts[part] += resident
    }
  } catch {
    return undefined // The process has ended in the meantime.
  }
  return parts
}

function toMegabytes(kilobytes) {
  return (kilobytes * 1024) / 1e6
}
