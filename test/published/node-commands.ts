/** Command with which tests in the page get the vectors of Node. */

import type { BrowserCommand } from 'vitest/node'
import { createEmbedder } from '../../src/create-embedder.node.js'
import type { Dtype } from '../../src/model/dtypes.js'

export interface NodeOptions {
  readonly dtype: Dtype
  readonly device: 'cpu' | 'wasm'
}

/** Embeds texts with the checkpoint in a directory. Returns their vectors in base64. */
const embedInNode: BrowserCommand<[model: string, options: NodeOptions, texts: readonly string[]]> = async (
  _,
  model,
  { dtype, device },
  texts,
) => {
  const embedder = await createEmbedder({ model, dtype, device, cache: false })
  const vectors = await embedder.embed(texts)
  await embedder.dispose()
  return vectors.map(({ buffer, byteOffset, byteLength }) =>
    Buffer.from(buffer, byteOffset, byteLength).toString('base64'),
  )
}

export const nodeCommands = { embedInNode }

declare module 'vitest/browser' {
  interface BrowserCommands {
    embedInNode(model: string, options: NodeOptions, texts: readonly string[]): Promise<string[]>
  }
}
