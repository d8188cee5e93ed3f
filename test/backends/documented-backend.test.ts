/** The backend of docs/backends.md satisfies the contracts of the backends that it wraps. */

import type { Backend } from '../../src/backends/backend.js'
import { engineBackend } from '../../src/backends/engine/engine.node.js'
import { nodeBackend } from '../../src/backends/ort/ort.node.js'
import { documentedFunction } from '../support/documented.js'
import { testBackendContract } from './backend-contract.js'
import { testPlanContract } from './plan-contract.js'

type TimedBackend = (backend: Backend, onBatch: () => void) => Backend
const timedBackend = await documentedFunction<TimedBackend>('backends.md', 'timedBackend')

testBackendContract({
  name: 'with times of the documentation, on onnxruntime-node',
  backend: timedBackend(nodeBackend({ worker: false }), () => {}),
})
testPlanContract({
  name: 'with times of the documentation, on the engine',
  backend: timedBackend(engineBackend({ worker: false }), () => {}),
})
