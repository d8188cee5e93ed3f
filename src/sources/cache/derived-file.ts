/** Files that are made from a model's own, such as quantised weights: kept where downloads are, made again when the model changes. */

import { BertEmbedError } from '../../errors.js'
import { bytesFile, type Derivation, type ModelFile, type OriginalFile } from '../model-source.js'
import type { CachedFile, ModelCache } from './model-cache.js'

export interface DerivedFrom {
  /** The original's name within the model. */
  readonly path: string
  readonly cache: ModelCache | undefined
  /** Which model the original belongs to, and its version; `undefined` when that is not known, and nothing can be kept. */
  readonly origin: Omit<CachedFile, 'path'> | undefined
  /** Opens the original; called a second time when the first result could not be kept. */
  openOriginal(): Promise<OriginalFile | undefined>
}

/** What was kept, or else what is made now, kept if there is room; `undefined` when there is no original. */
export async function deriveFile(
  derivation: Derivation,
  { path: originalPath, cache, origin, openOriginal }: DerivedFrom,
): Promise<ModelFile | undefined> {
  const path = `bert-embed/${derivation.name}/${originalPath}`
  const key = origin && { ...origin, path }
  if (cache && key) {
    const kept = await cache.open(key)
    if (kept && (await derivation.accept(kept))) return kept
  }

  async function make<T>(
    keep: (made: Awaited<ReturnType<Derivation['make']>>) => Promise<T>,
  ): Promise<T | undefined> {
    const original = await openOriginal()
    try {
      return original && (await keep(await derivation.make(original)))
    } finally {
      await original?.close?.()
    }
  }

  if (cache && key) {
    try {
      return await make(({ chunks }) => cache.store(key, () => chunks))
    } catch (error) {
      // A disk that is full or read-only is no reason to do without the model.
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
