/** Packs the small model for the live page, into a folder of site/public that is named after its content. */

import { createHash } from 'node:crypto'
import { readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { packModel } from 'bert-embed/node'

const model = fileURLToPath(new URL('../../models/bert-embed-small-en', import.meta.url))
const folder = fileURLToPath(new URL('../public/models', import.meta.url))

export interface PackedModel {
  /** Below the site's base. It changes with the content, so that a page never gets the model of another build. */
  readonly path: string
  /** Number of bytes that a page downloads. */
  readonly byteLength: number
}

export async function packSmallModel(): Promise<PackedModel> {
  rmSync(folder, { recursive: true, force: true })
  const { directory, files } = await packModel({ model, out: join(folder, 'new'), targets: ['page'] })
  const loaded = files.filter(({ path }) => path !== 'README.md')
  const hash = createHash('sha256')
  for (const path of loaded.map(({ path }) => path).sort())
    hash.update(path).update(readFileSync(join(directory, path)))
  const name = hash.digest('hex').slice(0, 8)
  renameSync(directory, join(folder, name))
  return {
    path: `models/${name}/`,
    byteLength: loaded.reduce((total, { byteLength }) => total + byteLength, 0),
  }
}
