/**
 * Embeds the corpus with the teacher, using this library. Reads CACHE/NAME.txt (one text per line) and writes CACHE/NAME.f32 (raw
 * float32, (texts, 384), normalised). `q8` is two to three times as fast as PyTorch, and its error is far below any student's.
 *
 *     npm run build && node training/teach.mjs TEACHER CACHE NAME...
 *
 * If it is started again, it resumes where it stopped.
 */

import { createWriteStream, existsSync, readFileSync, statSync, truncateSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createEmbedder } from '../dist/index.node.js'

const [teacher, cache, ...names] = process.argv.slice(2)
const embedder = await createEmbedder({ model: resolve(teacher), dtype: 'q8', threads: 1 })
const vectorBytes = 4 * embedder.dimension

for (const name of names) {
  const texts = readFileSync(join(cache, `${name}.txt`), 'utf8')
    .trimEnd()
    .split('\n')
  const path = join(cache, `${name}.f32`)
  const done = existsSync(path) ? Math.floor(statSync(path).size / vectorBytes) : 0
  if (done > 0) truncateSync(path, done * vectorBytes)
  const file = createWriteStream(path, { flags: 'a' })
  let count = done
  for await (const vector of embedder.embedStream(texts.slice(done))) {
    file.write(new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength).slice())
    if (++count % 5000 === 0) console.log(name, count, 'of', texts.length)
  }
  await new Promise((done) => file.end(done))
}
await embedder.dispose()
