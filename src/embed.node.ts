/** `embed` with Node's `createEmbedder`. */

import { createEmbedder } from './create-embedder.node.js'
import { createSharedEmbedders } from './embed.js'

export const { embed, disposeEmbedders } = /* @__PURE__ */ createSharedEmbedders(createEmbedder)
