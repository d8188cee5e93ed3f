/** Makes documents that need several chunks, the same ones in every run. */

import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createRandom } from '../support/random.mjs'

const words = (await readFile(new URL('../../texts/don-quixote.txt', import.meta.url), 'utf8')).split(/\s+/)

/** Writes `count` documents of 100 to 700 words into a folder. */
export async function writeCorpus(folder, count) {
  await mkdir(folder, { recursive: true })
  const random = createRandom(17)
  for (let i = 0; i < count; i++) {
    const length = 100 + Math.floor(random() * 600)
    const text = Array.from({ length }, () => words[Math.floor(random() * words.length)]).join(' ')
    await writeFile(join(folder, `${String(i).padStart(5, '0')}.txt`), text)
  }
}
