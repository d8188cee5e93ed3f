/** Measures the time from a page's start to its first vector: first visit, second visit, and without a server. */

import { readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { gzipSync } from 'node:zlib'
import { createProfile } from './systems.mjs'

/** About ten tokens. */
export const shortText = 'The knight saddled his horse at dawn.'

/** Makes three visits with one profile. `files` are the files that the first visit loaded, except the model. */
export async function measureVisits(system, options) {
  const profile = createProfile()
  system.takeRequested()
  const cold = await visit(system, profile, options)
  const files = system.takeRequested()
  const warm = await visit(system, profile, options)
  await system.stopServer()
  const offline = await visit(system, profile, options).catch((error) => ({
    failure: error.message.split('\n')[0],
  }))
  await system.restartServer()
  return { cold, warm, offline, files }
}

async function visit(system, profile, options) {
  const browser = await system.open(options, profile)
  try {
    const milliseconds = await browser.page.evaluate(async (text) => {
      await globalThis.system.load()
      await globalThis.system.embed([text])
      return performance.now() // since the start of the navigation
    }, shortText)
    return { milliseconds, memory: browser.memory() }
  } finally {
    await browser.close()
  }
}

/** Bytes of the JavaScript and the WebAssembly in `files`, uncompressed and gzipped. */
export function countBytes(files) {
  const bytes = { js: { raw: 0, gzipped: 0 }, wasm: { raw: 0, gzipped: 0 } }
  for (const file of files) {
    const kind = { '.js': 'js', '.mjs': 'js', '.wasm': 'wasm' }[extname(file)]
    if (!kind) continue
    const content = readFileSync(file)
    bytes[kind].raw += content.byteLength
    bytes[kind].gzipped += gzipSync(content, { level: 9 }).byteLength
  }
  return bytes
}
