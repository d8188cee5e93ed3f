/** `bert-embed/node`: everything in the core, and what only Node has. */

export type { OrtNodeModule } from './backends/ort/import-ort.node.js'
export { type NodeBackendOptions, nodeBackend } from './backends/ort/ort.node.js'
export type { NodeWorker } from './backends/worker/node-worker.node.js'
export * from './core.js'
export { createEmbedder } from './create-embedder.node.js'
export type { EmbedCallOptions } from './embed.js'
export { disposeEmbedders, embed } from './embed.node.js'
export { defaultModel, type ModelOptions } from './model-options.js'
export { type FileCacheOptions, fileCache } from './sources/cache/file-cache.node.js'
export { type DirectorySourceOptions, directorySource } from './sources/directory.node.js'
