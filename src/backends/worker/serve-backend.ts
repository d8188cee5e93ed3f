/** Runs a backend inside a worker and calls it for the messages that arrive. */

import { BertEmbedError } from '../../errors.js'
import { freeMemory } from '../../free-memory.js'
import { blobFile, bytesFile, type ModelFile } from '../../sources/model-source.js'
import { memoryOf } from '../../tensor/tensor.js'
import type { Backend, BackendSession, OnnxModel } from '../backend.js'
import type {
  BackendAnswer,
  BackendRequest,
  CreatedSession,
  MessageEndpoint,
  PostedGraph,
  PostedModel,
  WorkerSettings,
} from './backend-messages.js'
import { transferableMemory } from './reloadable-model.js'

/** Announces that the worker is ready, then answers the messages of one session of `workerBackend`. */
export function serveBackend(
  createBackend: (settings: WorkerSettings) => Backend,
  endpoint: MessageEndpoint,
): void {
  let session: BackendSession | undefined
  const answer = (message: BackendAnswer, transfer: ArrayBuffer[] = []) =>
    endpoint.postMessage(message, transfer)

  async function create(request: BackendRequest & { call: 'create' }): Promise<CreatedSession> {
    const backend = createBackend(request.settings)
    const files = request.model.files.map(toFile)
    const { encoder } = request.model
    session = await ('plan' in encoder
      ? backend.createPlanSession!({ files, plan: encoder.plan }, request.options)
      : backend.createSession(toModel(files, encoder), request.options))
    freeMemory(transferableMemory(request.model.files)) // the runtime has copied the weights
    const { backend: name, device, outputNames } = session
    return { backend: name, device, outputNames }
  }

  endpoint.addEventListener('message', async ({ data }) => {
    if (!isRequest(data)) return
    const request = data
    try {
      if (request.call === 'create') return answer({ id: request.id, value: await create(request) })
      const value = await session!.run(request.inputs, request.outputs)
      // Nothing else uses the arrays, so their memory can be transferred instead of copied.
      return answer({ id: request.id, value }, memoryOf(Object.values(value)))
    } catch (error) {
      const { message } = error as Error
      const code = error instanceof BertEmbedError ? error.code : 'BACKEND_FAILED'
      return answer({ id: request.id, error: { code, message } })
    }
  })
  answer({ ready: true })
}

/** Whether a message is for the backend. Others are for the worker's own code. */
function isRequest(data: unknown): data is BackendRequest {
  return typeof data === 'object' && data !== null && 'call' in data
}

function toModel(files: readonly ModelFile[], { graph, probe }: PostedGraph): OnnxModel {
  return {
    files,
    toBytes: () => graph,
    probe: probe && { inputs: probe.inputs, toBytes: () => probe.graph },
  }
}

function toFile({ path, byteLength, content }: PostedModel['files'][number]): ModelFile {
  if (content.type === 'blob') return blobFile(path, content.blob)
  if (content.type === 'bytes') return bytesFile(path, content.bytes)
  return { path, byteLength, content, read: () => Promise.reject(outOfReach(path)) }
}

/** The error of `read` for a file on disk. No backend calls it in a worker, because backends open paths themselves. */
function outOfReach(path: string): BertEmbedError {
  return new BertEmbedError('BACKEND_FAILED', `${path} is on disk: the backend in a worker has to open it.`)
}
