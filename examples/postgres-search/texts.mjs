/** Reads a folder of .md, .txt and .rst files as documents. */

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Documents that are saved in one transaction. */
const groupSize = 100

/** The names of all documents below a folder, sorted. */
export async function listDocuments(folder) {
  const paths = await readdir(folder, { recursive: true })
  return paths
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => /\.(md|txt|rst)$/.test(path) && !/(^|\/)node_modules\//.test(path))
    .sort()
}

/** Yields groups of documents. `onSkipped` gets the name of a file that is not text, and the reason. */
export async function* readDocuments(folder, names, { onSkipped }) {
  for (let start = 0; start < names.length; start += groupSize) {
    const group = []
    for (const name of names.slice(start, start + groupSize)) {
      const content = decode(await readFile(join(folder, name)))
      if (content === undefined) onSkipped(name, 'not a text in UTF-8')
      else group.push({ name, content })
    }
    yield group
  }
}

/** Returns `undefined` for bytes that are not UTF-8, or that contain a zero, which Postgres cannot store in a text. */
function decode(bytes) {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return text.includes('\0') ? undefined : text
  } catch {
    return undefined
  }
}
