/** Builds and serves the two systems, and opens them in browsers. */

import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { buildPage } from './build-pages.mjs'
import { openAlone, openPage } from './chromium.mjs'
import { serve } from './serve.mjs'

/** The onnxruntime-web of transformers.js. Its page loads the .wasm file from this folder. */
const ort = dirname(createRequire(import.meta.url).resolve('onnxruntime-web'))

/**
 * Builds the page of a system and serves it with the checkpoint.
 *
 * `folders` are served as well, by their URL prefixes. With `codeMbps`, all files except the model are compressed and sent at
 * this rate, in Mbit/s. `modelMbps` is the rate of the model's files.
 */
export async function startSystem(name, checkpoint, { folders: more, codeMbps, modelMbps } = {}) {
  const built = await buildPage(name)
  const folders = { '/': built, '/model/': checkpoint, '/ort/': ort, ...more }
  let server = await serve(folders, { codeMbps, modelMbps })
  const { port } = server
  const urlOf = (options) => `http://localhost:${port}/index.html?${new URLSearchParams(options)}`
  return {
    name,
    /** Opens the page in a new browser. Without `profile`, the browser has an empty profile. */
    open: (options, profile = createProfile()) => openPage(urlOf(options), profile),
    /**
     * Opens the page in a new browser without a debugger, and waits for the page's report on its first vector. An empty `text`
     * loads no model.
     */
    async openAlone(options, profile, { text, parts }) {
      const report = server.nextReport()
      const browser = openAlone(urlOf({ ...options, report: text }), profile, { parts })
      return { ...browser, report: await report }
    },
    /** Returns the files sent since the last call, except the model. */
    takeRequested: () => server.takeRequested().filter((file) => !file.startsWith(checkpoint)),
    takeModelBytes: () => server.takeModelBytes(),
    stopServer: () => server.stop(),
    async restartServer() {
      server = await serve(folders, { port, codeMbps, modelMbps })
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

/** Creates a directory for a browser's profile, which is removed when this process ends. */
export function createProfile() {
  profiles.push(mkdtempSync(join(tmpdir(), 'bert-embed-profile-')))
  return profiles.at(-1)
}
