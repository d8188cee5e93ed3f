/** Keeps vectors between runs: a file of float32 values, one row after the other, and beside it which text each row is. */

import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The kept vectors by their texts; empty when there are none, or another model made them. */
export async function readVectors(folder, model) {
  try {
    const { texts, ...index } = JSON.parse(await readFile(join(folder, 'index.json'), 'utf8'))
    if (index.model !== model) return new Map()
    const { buffer, byteOffset } = await readFile(join(folder, 'vectors.f32'))
    // A Buffer may start anywhere in its memory; a Float32Array only at multiples of 4 bytes.
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
