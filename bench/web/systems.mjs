/** The two systems, built, served, and opened in browsers. */

import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { buildPage } from './build-pages.mjs'
import { openAlone, openPage } from './chromium.mjs'
import { serve } from './serve.mjs'

/** transformers.js' onnxruntime-web: its page loads the .wasm file from here. */
const ort = dirname(createRequire(import.meta.url).resolve('onnxruntime-web'))

/** Builds the page of a system and serves it beside the checkpoint. */
export async function startSystem(name, checkpoint) {
  const built = await buildPage(name)
  const folders = { '/': built, '/model/': checkpoint, '/ort/': ort }
  let server = await serve(folders)
  const { port } = server
  return {
    name,
    /** Opens the page in a new browser; without a profile, in one that has never been there. */
    open: (profile = createProfile()) => openPage(`http://localhost:${port}/index.html`, profile),
    /** Opens a page that runs by itself in a new browser, which nobody looks into, and waits until it reports. */
    async openAlone(profile, query) {
      const report = server.nextReport()
      const browser = openAlone(`http://localhost:${port}/index.html?${query}`, profile)
      return { ...browser, report: await report }
    },
    /** What has been sent since the last call, but for the model. */
    takeRequested: () => server.takeRequested().filter((file) => !file.startsWith(checkpoint)),
    stopServer: () => server.stop(),
    async restartServer() {
      server = await serve(folders, port)
    },
    async stop() {
      await server.stop()
      rmSync(built, { recursive: true })
    },
  }
}

const profiles = []
process.on('exit', () => {
  for (const profile of profiles) rmSync(profile, { recursive: true, force: true })
})

/** A directory for a browser's profile, which goes when this process does. */
export function createProfile() {
  profiles.push(mkdtempSync(join(tmpdir(), 'bert-embed-profile-')))
  return profiles.at(-1)
}
