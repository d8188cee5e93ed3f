/** `bert-embed` under Node: the names and types of the portable build, with Node's defaults. */

export * from './core.js'
export { createEmbedder } from './create-embedder.node.js'
export type { EmbedCallOptions } from './embed.js'
export { disposeEmbedders, embed } from './embed.node.js'
export { defaultModel, type ModelOptions } from './model-options.js'
