/** The code of the Web backend's worker: onnxruntime-web behind messages. */

import type { MessageEndpoint } from './backend-messages.js'
import { ortBackend } from './ort-in-thread.web.js'
import { serveBackend } from './serve-backend.js'

serveBackend(({ wasmPaths }) => ortBackend({ wasmPaths }), globalThis as unknown as MessageEndpoint)
