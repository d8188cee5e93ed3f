/** The maximum size of the engine's memory. */

import { BertEmbedError } from '../errors.js'

export const pageBytes = 65_536

/** 2 GB, the maximum of WebAssembly's implementations for some years. */
export const maxPages = 32_768

/**
 * Checks that weights fit into memory, with some room for batches.
 *
 * @throws {BertEmbedError} `OUT_OF_MEMORY`
 */
export function checkWeightBytes(bytes: number): void {
  if (bytes + minBatchBytes <= maxPages * pageBytes) return
  throw new BertEmbedError(
    'OUT_OF_MEMORY',
    `The model's weights take ${Math.ceil(bytes / 2 ** 20)} MB, more than fits into the ${(maxPages * pageBytes) / 2 ** 20} MB of the library's own engine: use dtype "q8" if the model is not quantised yet, or run it on ONNX Runtime with the backend nodeBackend() or webBackend().`,
  )
}

/** A batch of 256 tokens takes 10 MB in BERT-large, and one of 512 takes 20 MB. */
const minBatchBytes = 32 * 2 ** 20
