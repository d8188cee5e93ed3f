/**
 * `bert-embed` in Node. Other runtimes have the same names and types (`index.ts`), with the defaults of the Web.
 *
 * @module bert-embed
 */

export { createEmbedder, disposeEmbedders, embed } from './create-embedder.node.js'
export type { EmbedCallOptions, EmbedFunction } from './embed.js'
export * from './essentials.js'
export type { ModelOptions } from './model-options.js'
