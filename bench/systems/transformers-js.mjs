/** transformers.js with the exported ONNX files, used as in its documentation: one call, or slices of `batchSize`. */

import { basename, dirname } from 'node:path'

/** Loads a directory and resolves to a function from a list of texts to their vectors. */
export async function load(directory, { dtype, threads, batchSize = Number.POSITIVE_INFINITY }) {
  const { env, pipeline } = await import('@huggingface/transformers')
  env.allowRemoteModels = false
  env.localModelPath = dirname(directory)
  const extractor = await pipeline('feature-extraction', basename(directory), {
    dtype,
    session_options: { intraOpNumThreads: threads, logSeverityLevel: 3 },
  })
  return async (texts) => {
    const vectors = []
    for (let start = 0; start < texts.length; start += batchSize) {
      const output = await extractor(texts.slice(start, start + batchSize), { pooling: 'mean' })
      for (let row = 0; row < output.dims[0]; row++) vectors.push(output.data.slice(...rowOf(output, row)))
    }
    return vectors
  }
}

function rowOf({ dims: [, width] }, row) {
  return [row * width, (row + 1) * width]
}
