/** Stores vectors between runs: a file of float32 values, one row per text, and a file with the texts of the rows. */

import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The stored vectors by text. Empty if there are none, or if another model made them. */
export async function readVectors(folder, model) {
  try {
    const { texts, ...index } = JSON.parse(await readFile(join(folder, 'index.json'), 'utf8'))
    if (index.model !== model) return new Map()
    const { buffer, byteOffset } = await readFile(join(folder, 'vectors.f32'))
    // A Buffer may start at any byte of its memory, but a Float32Array only at a multiple of 4.
    const values = new Float32Array(buffer.slice(byteOffset, byteOffset + 4 * texts.length * index.dimension))
    return new Map(
      texts.map((text, row) => [text, values.subarray(row * index.dimension, (row + 1) * index.dimension)]),
    )
  } catch (error) {
    if (error.code !== 'ENOENT') throw error
    return new Map()
  }
}

export async function writeVectors(folder, model, vectors) {
  const dimension = vectors.values().next().value?.length ?? 0
  const values = new Float32Array(vectors.size * dimension)
  Array.from(vectors.values()).forEach((vector, row) => {
    values.set(vector, row * dimension)
  })
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'vectors.f32'), values)
  await writeFile(
    join(folder, 'index.json'),
    JSON.stringify({ model, dimension, texts: [...vectors.keys()] }),
  )
}
