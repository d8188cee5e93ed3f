/**
 * `bert-embed/node`: everything in `bert-embed` and `bert-embed/core`, and the adapters that run only in Node.
 *
 * @module bert-embed/node
 */

export { type EngineBackendOptions, engineBackend } from './backends/engine/engine.node.js'
export type { OrtNodeModule } from './backends/ort/import-ort.node.js'
export { type NodeBackendOptions, nodeBackend } from './backends/ort/ort.node.js'
export type { NodeWorker } from './backends/worker/node-worker.node.js'
export * from './core.js'
export { describeModel, type ModelDescription } from './describe-model.node.js'
export * from './index.node.js'
export type { ModelFileStatus } from './list-needed-files.node.js'
export type { PackDtype, PackTarget } from './loading/pack/pack.js'
export { type PackModelOptions, packModel } from './pack-model.node.js'
export type { PackProgress, WrittenFile, WrittenPack } from './packing/pack-options.js'
export { type FileCacheOptions, fileCache } from './sources/cache/file-cache.node.js'
export { type DirectorySourceOptions, directorySource } from './sources/directory.node.js'
