/** `embed` with the Web's `createEmbedder`. */

import { createEmbedder } from './create-embedder.web.js'
import { createSharedEmbedders, type SharedEmbedders } from './embed.js'

const shared = /* @__PURE__ */ createSharedEmbedders(createEmbedder)

// Functions rather than `shared.embed` itself: bundlers keep a property that is read, but drop a function nobody calls.
export const embed = ((texts: string, options) => shared.embed(texts, options)) as SharedEmbedders['embed']
export const disposeEmbedders: SharedEmbedders['disposeEmbedders'] = () => shared.disposeEmbedders()
