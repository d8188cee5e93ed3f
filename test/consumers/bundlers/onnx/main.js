/** Runs a model that has no safetensors, only an ONNX file. Answers with the backend, or with the code and message of the error. */

import { createEmbedder } from 'bert-embed'

globalThis.answer = createEmbedder({ model: '/onnx-model' }).then(
  async (embedder) => [embedder.backend, (await embedder.embed('knight')).length],
  ({ code, message }) => [code, message],
)
