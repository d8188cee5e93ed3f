/** The suite of published checkpoints: `npm run test:published`. */

import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { env } from 'node:process'
import { defineConfig } from 'vitest/config'
import { nodeCommands } from './test/published/node-commands.js'
import { isolationHeaders } from './test/support/static-server.js'
import { browserProject } from './vitest.config.js'

const folder = resolve(env.BERT_EMBED_PUBLISHED || '.published')
const names = ['all-MiniLM-L6-v2', 'all-mpnet-base-v2']
const found = names.filter((name) => existsSync(join(folder, name, 'model.safetensors')))
const absent = names.filter((name) => !found.includes(name))
const advice = 'node scripts/published/fetch-models.mjs gets them into .published/.'
if (found.length === 0) throw new Error(`There is none of ${names.join(', ')} in ${folder}: ${advice}`)
if (absent.length > 0) console.log(`Not tested, as not in ${folder}: ${absent.join(', ')}. ${advice}`)

const provide = { published: Object.fromEntries(found.map((name) => [name, join(folder, name)])) }
/** The larger one takes a minute to be converted and run in a page. */
const timeouts = { testTimeout: 600_000, hookTimeout: 600_000 }
const chromium = browserProject('published-chromium', {
  headers: isolationHeaders,
  flags: ['--disable-gpu'],
  include: ['test/published/chromium.test.ts'],
  order: 1,
})

export default defineConfig({
  test: {
    projects: [
      { test: { ...timeouts, name: 'published', include: ['test/published/{node,start}.test.ts'], provide } },
      {
        ...chromium,
        server: { ...chromium.server, fs: { allow: ['.', folder] } },
        test: {
          ...chromium.test,
          ...timeouts,
          provide,
          browser: { ...chromium.test.browser, commands: nodeCommands },
        },
      },
    ],
  },
})
