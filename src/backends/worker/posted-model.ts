/** A model in the form in which workers get it: the first one, and those that come after it where it fails. */

import { BertEmbedError } from '../../errors.js'
import type { FileContent } from '../../sources/model-source.js'
import type { Device, OnnxModel } from '../backend.js'
import type { PostedModel } from './backend-messages.js'

export interface PostableModel {
  /**
   * The message, and the memory in it that is the worker's own from then on.
   *
   * @throws {BertEmbedError} `BACKEND_FAILED` when weights that were in memory are there no more
   */
  toPosted(): { readonly model: PostedModel; readonly transfer: ArrayBuffer[] }
}

/**
 * Encodes a model, and remembers where its weights are. Paths and Blobs are kept. Bytes are only pointed at, so that
 * they can go once nobody else holds them: ONNX Runtime has its own copy of them.
 */
export function createPostableModel(
  { files, toBytes, probe }: OnnxModel,
  device: Device | undefined,
): PostableModel {
  const byPath = (path: string) => path
  const graph = toBytes(byPath, device)
  const postedProbe = probe && { inputs: probe.inputs, graph: probe.toBytes(byPath, device) }
  const contents = files.map(({ path, content }) => keepContent(path, content))
  const names = files.map(({ path, byteLength }) => ({ path, byteLength }))
  return {
    toPosted() {
      const posted = names.map((name, index) => ({ ...name, content: contents[index]!() }))
      return { model: { files: posted, graph, probe: postedProbe }, transfer: movableMemory(posted) }
    },
  }
}

/** The memory of weights that can move between threads; several files may lie in one stretch of it. */
export function movableMemory(files: PostedModel['files']): ArrayBuffer[] {
  const buffers = files.flatMap(({ content }) =>
    content.type === 'bytes' && content.bytes.buffer instanceof ArrayBuffer ? [content.bytes.buffer] : [],
  )
  return [...new Set(buffers)]
}

/** Gives the content as often as workers need it. */
function keepContent(path: string, content: FileContent): () => FileContent {
  return content.type === 'bytes' ? keepBytes(path, content.bytes) : () => content
}

/** As a copy, which can move to a worker, unless threads can share them. */
function keepBytes(path: string, { buffer, byteOffset, byteLength }: Uint8Array): () => FileContent {
  const memory = new WeakRef(buffer)
  return () => {
    const kept = memory.deref()
    if (!kept || kept.byteLength < byteOffset + byteLength)
      throw new BertEmbedError(
        'BACKEND_FAILED',
        `The bytes of ${path} are no longer in memory, so that a new worker cannot load them: load the model again.`,
      )
    const bytes = new Uint8Array(kept, byteOffset, byteLength)
    return { type: 'bytes', bytes: kept instanceof ArrayBuffer ? bytes.slice() : bytes }
  }
}
