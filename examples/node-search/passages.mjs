/** Reads a folder of text files as passages, one for each paragraph. */

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The passages of all .txt files, in the order of their names. */
export async function readPassages(folder) {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.txt')).sort()
  const files = await Promise.all(
    names.map(async (file) => {
      const text = await readFile(join(folder, file), 'utf8')
      const paragraphs = text.split(/\n\s*\n/).map((paragraph) => paragraph.trim().replace(/\s+/g, ' '))
      return paragraphs.filter(Boolean).map((paragraph) => ({ file, text: paragraph }))
    }),
  )
  return files.flat()
}
