/** Copies the small model of this repository into an example's folder: `node ../copy-model.mjs public/models`. */

import { cp } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const [folder] = process.argv.slice(2)
if (folder === undefined) throw new Error('Pass the target folder: node copy-model.mjs <folder>')

const name = 'bert-embed-small-en'
const model = fileURLToPath(new URL(`../models/${name}`, import.meta.url))
await cp(model, join(resolve(folder), name), { recursive: true })
