/** Embedders by the names of their models, each loaded at its first use. */

import { checkFunction } from '../checks/check-options.js'
import type { Embedder } from '../embedder/embedder-types.js'
import { checkEmbedder } from './adapter-options.js'

/** Makes the embedder of a model. */
export type LoadEmbedder = (model: string) => Promise<Embedder>

/**
 * Returns `load` that loads each model once. A failure is not kept: the next call tries again.
 *
 * @throws {ArgumentTypeError} `INVALID_OPTION`
 */
export function loadOnce(caller: string, load: LoadEmbedder): LoadEmbedder {
  checkFunction(`The first argument of ${caller}`, load)
  const embedders = new Map<string, Promise<Embedder>>()
  async function loadModel(model: string): Promise<Embedder> {
    const embedder = await load(model)
    checkEmbedder(`What the function of ${caller} returned`, embedder)
    return embedder
  }
  return (model) => {
    const known = embedders.get(model)
    if (known) return known
    const loading = loadModel(model)
    embedders.set(model, loading)
    loading.catch(() => embedders.delete(model))
    return loading
  }
}
