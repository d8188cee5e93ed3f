/** ERNIE, https://arxiv.org/abs/1907.12412: BERT with an optional embedding of the task. */

import { maxSizes, readBertConfig, refuseDecoders } from '../config/bert-config.js'
import type { ConfigFields } from '../config/config-fields.js'
import type { ArchitectureEncoder } from '../encoder.js'
import type { EmbeddingTable } from '../encoder-blocks.js'
import { bertLayers } from './bert.js'
import { positionedEmbeddings } from './embeddings.js'
import { encoderOf } from './encoder-of.js'

/** @throws {BertEmbedError} `UNSUPPORTED_MODEL`, `INVALID_CONFIG` */
export function createEncoder(fields: ConfigFields): ArchitectureEncoder {
  refuseDecoders(fields)
  const config = readBertConfig(fields)
  const { hiddenSize: width } = config
  const hasTasks = fields.boolean('use_task_id', false)
  const tasks = fields.integer('task_type_vocab_size', 3, { max: maxSizes.typeVocabSize })
  // As in transformers by default, every token belongs to task 0.
  const taskTable: EmbeddingTable = { name: 'embeddings.task_type_embeddings', rows: tasks, index: 'first' }
  const added = hasTasks ? [taskTable] : []
  return encoderOf(config, (blocks, part) => {
    const x = positionedEmbeddings(blocks, { ...config, part, width, added })
    return bertLayers(blocks, x, { ...config, ...part })
  })
}
