/** Entry point of the Web backend's worker. Serves onnxruntime-web through messages. */

import type { MessageEndpoint } from '../worker/backend-messages.js'
import { serveBackend } from '../worker/serve-backend.js'
import { importOrt, ortBackend } from './ort-in-thread.web.js'

// ONNX Runtime starts threads with this name from the file that contains its code. If a bundler has put that code into
// this file, such a thread must run ONNX Runtime; otherwise the page waits for it forever.
const isRuntimeThread = (globalThis as { name?: string }).name?.startsWith('em-pthread') === true

if (isRuntimeThread) void importOrt('wasm')
else serveBackend(({ wasmPaths }) => ortBackend({ wasmPaths }), globalThis as unknown as MessageEndpoint)
