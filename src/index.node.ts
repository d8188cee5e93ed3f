/**
 * `bert-embed` in Node: the names and types of `index.ts`, with Node's defaults.
 *
 * @module bert-embed
 */

export { createEmbedder, disposeEmbedders, embed } from './create-embedder.node.js'
export type { EmbedCallOptions, EmbedFunction } from './embed.js'
export * from './essentials.js'
export type { ModelOptions } from './model-options.js'
