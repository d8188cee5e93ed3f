/** onnxruntime-node with the exported onnx/model.onnx, the same tokenizer library, and mean pooling in JavaScript. */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

export const name = 'onnxruntime-node, onnx/model.onnx'

/** Loads a directory and resolves to a function from a text (shorter than the model's limit) to its vector. */
export async function load(directory) {
  const [{ InferenceSession, Tensor }, { Tokenizer }] = await Promise.all([
    import('onnxruntime-node').then((module) => module.default ?? module),
    import('@huggingface/tokenizers'),
  ])
  const readJson = async (file) => JSON.parse(await readFile(join(directory, file), 'utf8'))
  const tokenizer = new Tokenizer(await readJson('tokenizer.json'), await readJson('tokenizer_config.json'))
  const session = await InferenceSession.create(join(directory, 'onnx/model.onnx'), { logSeverityLevel: 3 })

  return async (text) => {
    const ids = BigInt64Array.from(tokenizer.encode(text).ids, BigInt)
    const input = (data) => new Tensor('int64', data, [1, ids.length])
    const { last_hidden_state: hidden } = await session.run({
      input_ids: input(ids),
      attention_mask: input(new BigInt64Array(ids.length).fill(1n)),
      token_type_ids: input(new BigInt64Array(ids.length)),
    })
    const mean = new Float32Array(hidden.dims[2])
    hidden.data.forEach((value, index) => {
      mean[index % mean.length] += value / ids.length
    })
    return mean
  }
}
