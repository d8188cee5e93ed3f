/** A model that can be loaded into a worker, and again into the worker that replaces it after a crash. */

import { BertEmbedError } from '../../errors.js'
import type { FileContent } from '../../sources/model-source.js'
import type { Device, OnnxModel, PlanModel } from '../backend.js'
import type { PostedGraph, PostedModel } from './backend-messages.js'

export interface ReloadableModel {
  /**
   * Creates the message that loads the model into a worker, and lists the memory in it to transfer to the worker.
   *
   * @throws {BertEmbedError} `BACKEND_FAILED` if weights were given as bytes that are no longer in memory
   */
  toPosted(): { readonly model: PostedModel; readonly transfer: ArrayBuffer[] }
}

/**
 * Encodes a model and remembers where its weights are. Weights that are bytes are only referenced weakly,
 * so that they can be freed when the caller drops them: the runtime has a copy.
 */
export function createReloadableModel(
  model: OnnxModel | PlanModel,
  device: Device | undefined,
): ReloadableModel {
  const { files } = model
  const encoder = 'plan' in model ? { plan: model.plan } : toGraph(model, device)
  const contents = files.map(({ path, content }) => reloadableContent(path, content))
  const names = files.map(({ path, byteLength }) => ({ path, byteLength }))
  return {
    toPosted() {
      const posted = names.map((name, index) => ({ ...name, content: contents[index]!() }))
      return { model: { files: posted, encoder }, transfer: transferableMemory(posted) }
    },
  }
}

function toGraph({ toBytes, probe }: OnnxModel, device: Device | undefined): PostedGraph {
  const byPath = (path: string) => path
  return {
    graph: toBytes(byPath, device),
    probe: probe && { inputs: probe.inputs, graph: probe.toBytes(byPath, device) },
  }
}

/** The memory of weights that can be transferred to another thread. Several files may share a buffer. */
export function transferableMemory(files: PostedModel['files']): ArrayBuffer[] {
  const buffers = files.flatMap(({ content }) =>
    content.type === 'bytes' && content.bytes.buffer instanceof ArrayBuffer ? [content.bytes.buffer] : [],
  )
  return [...new Set(buffers)]
}

/** Returns a function that returns the content for each worker. */
function reloadableContent(path: string, content: FileContent): () => FileContent {
  return content.type === 'bytes' ? reloadableBytes(path, content.bytes) : () => content
}

/** Returns a copy for each worker, because the copy is transferred. Memory that threads can share is not copied. */
function reloadableBytes(path: string, { buffer, byteOffset, byteLength }: Uint8Array): () => FileContent {
  const reference = new WeakRef(buffer)
  return () => {
    const memory = reference.deref()
    // Transferring or freeing a buffer sets its length to 0.
    if (!memory || memory.byteLength < byteOffset + byteLength)
      throw new BertEmbedError(
        'BACKEND_FAILED',
        `The bytes of ${path} are no longer in memory, so that a new worker cannot load them: load the model again.`,
      )
    const bytes = new Uint8Array(memory, byteOffset, byteLength)
    return { type: 'bytes', bytes: memory instanceof ArrayBuffer ? bytes.slice() : bytes }
  }
}
