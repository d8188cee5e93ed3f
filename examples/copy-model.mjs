/** Puts the small untrained checkpoint where an example serves it: `node ../copy-model.mjs public/models`. */

import { cp } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const [folder] = process.argv.slice(2)
if (folder === undefined) throw new Error('Say where to: node copy-model.mjs <folder>')

const name = 'bert-small-untrained'
const checkpoint = fileURLToPath(new URL(`../test/fixtures/checkpoints/${name}`, import.meta.url))
await cp(checkpoint, join(resolve(folder), name), {
  recursive: true,
  // The values that the tests compare with are no part of the model.
  filter: (path) => !path.endsWith('reference.json'),
})
