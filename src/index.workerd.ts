/** `bert-embed` in Cloudflare Workers: the names and types of `index.ts`, with the defaults of Workers. */

export { createEmbedder, disposeEmbedders, embed } from './create-embedder.workerd.js'
export type { EmbedCallOptions, EmbedFunction } from './embed.js'
export * from './essentials.js'
export type { ModelOptions } from './model-options.js'
