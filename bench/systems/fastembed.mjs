/** fastembed-js with the exported ONNX file. It uses [CLS], always normalises, and has no option for threads. */

export async function load(directory, { batchSize }) {
  const { EmbeddingModel, FlagEmbedding } = await import('fastembed')
  const model = await FlagEmbedding.init({
    model: EmbeddingModel.CUSTOM,
    modelAbsoluteDirPath: directory,
    modelName: 'onnx/model.onnx',
  })
  return async (texts) => {
    const vectors = []
    for await (const batch of model.embed(texts, batchSize)) vectors.push(...batch)
    return vectors
  }
}
