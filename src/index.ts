/** `bert-embed` in browsers and everywhere else that is not Node, with the defaults of the Web. */

export { createEmbedder, disposeEmbedders, embed } from './create-embedder.web.js'
export type { EmbedCallOptions, EmbedFunction } from './embed.js'
export * from './essentials.js'
export type { ModelOptions } from './model-options.js'
