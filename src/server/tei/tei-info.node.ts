/** What `/info` says about a model. */

import type { Embedder } from '../../index.node.js'
import type { ServedModel } from '../models.node.js'
import type { ServerSettings } from '../server-options.js'

/** text-embeddings-inference's names of formats. */
const dtypes: Readonly<Record<string, string>> = { fp32: 'float32', fp16: 'float16' }

export function toTeiInfo(
  { name, maxBatchTokens }: ServedModel,
  { model, dtype, pooling, maxLength }: Embedder,
  { limits, autoTruncate, version }: ServerSettings,
) {
  return {
    model_id: model,
    model_sha: null,
    model_dtype: dtype === undefined ? null : (dtypes[dtype] ?? dtype),
    model_type: { embedding: { pooling: pooling.join(',') } },
    served_model_name: name,
    // Each request has at least one text.
    max_concurrent_requests: limits.maxWaitingTexts,
    max_input_length: maxLength,
    max_batch_tokens: maxBatchTokens ?? null,
    max_batch_requests: null,
    max_client_batch_size: limits.maxTexts,
    auto_truncate: autoTruncate,
    tokenization_workers: 1,
    version,
    sha: null,
    docker_label: null,
  }
}
