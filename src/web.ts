/**
 * `bert-embed/web`: everything in `bert-embed` and `bert-embed/core`, and the adapters for browsers.
 *
 * @module bert-embed/web
 */

export { type EngineBackendOptions, engineBackend } from './backends/engine/engine.web.js'
export { type WebBackendOptions, webBackend } from './backends/ort/ort.web.js'
export type { OrtWebModule } from './backends/ort/ort-in-thread.web.js'
export type { WorkerLike } from './backends/worker/worker-backend.js'
export * from './core.js'
export * from './index.js'
export { type BrowserCacheOptions, browserCache } from './sources/cache/browser-cache.web.js'
