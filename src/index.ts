/** `bert-embed` anywhere: the portable build, with the defaults of the Web. */

export * from './core.js'
export { createEmbedder } from './create-embedder.web.js'
export type { EmbedCallOptions } from './embed.js'
export { disposeEmbedders, embed } from './embed.web.js'
export { defaultModel, type ModelOptions } from './model-options.js'
