/** Loads one system in this fresh process, makes one vector, and prints the times and the memory as JSON. */

import { existsSync, readFileSync } from 'node:fs'

const [system, directory, text] = process.argv.slice(2)
const { load } = await import(`./systems/${system}.mjs`)

const start = performance.now()
const embed = await load(directory)
const loadMs = performance.now() - start
const vector = await embed(text)
const firstVectorMs = performance.now() - start
globalThis.gc() // what is reachable, not what the collector has not come round to
console.log(JSON.stringify({ loadMs, firstVectorMs, ...memory(), vector: [...vector] }))
process.exit()

/** Megabytes. `external` already holds the array buffers. The split of the resident set is Linux's alone. */
function memory() {
  const { heapUsed, external, rss } = process.memoryUsage()
  const inMegabytes = { heap: (heapUsed + external) / 1e6, rss: rss / 1e6 }
  if (!existsSync('/proc/self/status')) return inMegabytes
  const status = readFileSync('/proc/self/status', 'utf8')
  for (const [key, field] of Object.entries({ rssAnon: 'RssAnon', rssFile: 'RssFile', peak: 'VmHWM' }))
    inMegabytes[key] = (Number(status.match(`${field}:\\s+(\\d+) kB`)?.[1]) * 1024) / 1e6
  return inMegabytes
}
