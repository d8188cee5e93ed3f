/** `embed` with the Web's `createEmbedder`. */

import { createEmbedder } from './create-embedder.web.js'
import { createSharedEmbedders } from './embed.js'

export const { embed, disposeEmbedders } = /* @__PURE__ */ createSharedEmbedders(createEmbedder)
