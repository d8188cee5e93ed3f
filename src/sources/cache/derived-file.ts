/**
 * Makes files from the files of a model, such as quantised weights. The results are cached next to downloads, and made
 * again when the original changes.
 */

import { BertEmbedError } from '../../errors.js'
import { bytesFile, type Derivation, type ModelFile, type OriginalFile } from '../model-source.js'
import type { CachedFile, ModelCache } from './model-cache.js'

export interface DerivedFrom {
  /** The original's path within the model. */
  readonly path: string
  readonly cache: ModelCache | undefined
  /** The original's model and version. If they are `undefined` (unknown), the result is not cached. */
  readonly origin: Omit<CachedFile, 'path'> | undefined
  /** Opens the original. Called a second time if the first result could not be stored. */
  openOriginal(): Promise<OriginalFile | undefined>
}

/**
 * Opens the cached result, or else makes it and stores it. If it cannot be stored, it stays in memory. Returns
 * `undefined` if the original does not exist.
 */
export async function deriveFile(
  derivation: Derivation,
  { path: originalPath, cache, origin, openOriginal }: DerivedFrom,
): Promise<ModelFile | undefined> {
  const path = `bert-embed/${derivation.name}/${originalPath}`
  const key = origin && { ...origin, path }
  if (cache && key) {
    const cached = await cache.open(key)
    if (cached && (await derivation.accept(cached))) return cached
  }

  async function make<T>(
    finish: (made: Awaited<ReturnType<Derivation['make']>>) => Promise<T>,
  ): Promise<T | undefined> {
    const original = await openOriginal()
    try {
      return original && (await finish(await derivation.make(original)))
    } finally {
      await original?.close?.()
    }
  }

  if (cache && key) {
    try {
      return await make(({ chunks }) => cache.store(key, () => chunks))
    } catch (error) {
      // The model can load without the cache if the disk is full or read-only.
      if (!(error instanceof BertEmbedError && error.code === 'CACHE_FAILED')) throw error
    }
  }
  return make(async ({ byteLength, chunks }) => bytesFile(path, await collect(byteLength, chunks)))
}

async function collect(byteLength: number, chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const bytes = new Uint8Array(byteLength)
  let position = 0
  for await (const chunk of chunks) {
    bytes.set(chunk, position)
    position += chunk.byteLength
  }
  return bytes
}
