/** `bert-embed/web`: everything in the core, and the Web's backend. */

export { type WebBackendOptions, webBackend } from './backends/ort/ort.web.js'
export * from './core.js'
export { createEmbedder } from './create-embedder.web.js'
export type { EmbedCallOptions } from './embed.js'
export { disposeEmbedders, embed } from './embed.web.js'
export { defaultModel, type ModelOptions } from './model-options.js'
export { type BrowserCacheOptions, browserCache } from './sources/cache/browser-cache.web.js'
