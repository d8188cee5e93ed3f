/** Loads one system in this new process, computes one vector, and prints times and memory as JSON. */

import { existsSync, readFileSync } from 'node:fs'

const [system, directory, text] = process.argv.slice(2)
const { load } = await import(`./systems/${system}.mjs`)

const start = performance.now()
const embed = await load(directory)
const loadMs = performance.now() - start
const vector = await embed(text)
const firstVectorMs = performance.now() - start
globalThis.gc() // collects garbage, so that only reachable memory counts
console.log(JSON.stringify({ loadMs, firstVectorMs, ...memory(), vector: [...vector] }))
process.exit()

/** Memory in MB. `external` includes the array buffers. The split of the resident memory is available on Linux only. */
function memory() {
  const { heapUsed, external, rss } = process.memoryUsage()
  const inMegabytes = { heap: (heapUsed + external) / 1e6, rss: rss / 1e6 }
  if (!existsSync('/proc/self/status')) return inMegabytes
  const status = readFileSync('/proc/self/status', 'utf8')
  for (const [key, field] of Object.entries({ rssAnon: 'RssAnon', rssFile: 'RssFile', peak: 'VmHWM' }))
    inMegabytes[key] = (Number(status.match(`${field}:\\s+(\\d+) kB`)?.[1]) * 1024) / 1e6
  return inMegabytes
}
