/** What tests in the page ask of Node: its own vectors. */

import type { BrowserCommand } from 'vitest/node'
import { createEmbedder } from '../../src/create-embedder.node.js'
import type { Dtype } from '../../src/loading/load-options.js'

/** The texts' vectors in base64, by the checkpoint in a directory. */
const embedInNode: BrowserCommand<[model: string, dtype: Dtype, texts: readonly string[]]> = async (
  _,
  model,
  dtype,
  texts,
) => {
  const embedder = await createEmbedder({ model, dtype, cache: false })
  const vectors = await embedder.embed(texts)
  await embedder.dispose()
  return vectors.map(({ buffer, byteOffset, byteLength }) =>
    Buffer.from(buffer, byteOffset, byteLength).toString('base64'),
  )
}

export const nodeCommands = { embedInNode }

declare module 'vitest/browser' {
  interface BrowserCommands {
    embedInNode(model: string, dtype: Dtype, texts: readonly string[]): Promise<string[]>
  }
}
