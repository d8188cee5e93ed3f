/** The code of the Web backend's worker: onnxruntime-web behind messages. */

import type { MessageEndpoint } from '../worker/backend-messages.js'
import { serveBackend } from '../worker/serve-backend.js'
import { ortBackend } from './ort-in-thread.web.js'

// ONNX Runtime starts its threads, under this name, from the file that its own code is in: this one, where a bundler has
// put both together. Such a thread has to be ONNX Runtime's, or the page waits for it for ever.
const isRuntimeThread = (globalThis as { name?: string }).name?.startsWith('em-pthread') === true

if (isRuntimeThread) void import('onnxruntime-web/wasm')
else serveBackend(({ wasmPaths }) => ortBackend({ wasmPaths }), globalThis as unknown as MessageEndpoint)
